import css from 'virtual:widget-styles';
import { paint } from './colours.ts';
import { App } from './components/App.tsx';
import { createConversation } from './conversation.ts';
import { createRender } from './jsx-runtime.ts';
import { chooseWords } from './languages.ts';
import { createScreen } from './screen.ts';
import type { Settings } from './settings.ts';
import type { View } from './view.ts';

/** Puts one widget into the page. Returns the way to take it out again. */
export function mount(settings: Settings): () => void {
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  const gone = new AbortController();
  const { signal } = gone;
  host.dataset.testid = 'chat-widget';
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  let view: View;
  let { words, load } = chooseWords([settings.lang, document.documentElement.lang, ...navigator.languages]);
  let channel: View['channel'] = null;
  let drawing = false;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => {
    host.dataset.theme = settings.theme ?? (dark.matches ? 'dark' : 'light');
    paint(host, settings, channel?.colours ?? {});
  };
  const draw = (next: View) => {
    if (!drawing) queueMicrotask(show);
    drawing = true;
    view = next;
  };
  const show = () => {
    drawing = false;
    if (signal.aborted) return;
    // Closed and with nothing to tell, the launcher has its words.
    if (load && (view.open || view.unread)) {
      void load().then((loaded) => {
        words = loaded;
        load = undefined;
        show();
      });
      return;
    }
    if (view.channel !== channel) {
      channel = view.channel;
      follow();
    }
    const settle = screen(view);
    render(<App view={view} actions={actions} words={words} side={settings.side} />);
    settle();
  };

  document.body.append(host);
  follow();
  dark.addEventListener('change', follow, { signal });
  // The page's own shortcuts must not fire while someone writes: to the page the target is a plain div.
  for (const type of ['keydown', 'keyup', 'keypress']) root.addEventListener(type, (event) => event.stopPropagation());
  fitViewport(host, signal);
  const actions = createConversation(settings, draw, signal);
  const render = createRender(root);
  const screen = createScreen(root, actions.draft);
  return () => {
    gone.abort();
    host.remove();
  };
}

/** Full screen on a phone: the part of the screen that the keyboard leaves. */
function fitViewport(host: HTMLElement, signal: AbortSignal) {
  const viewport = window.visualViewport;
  const fit = () => {
    host.style.setProperty('--top', `${viewport?.offsetTop}px`);
    host.style.setProperty('--height', `${viewport?.height}px`);
  };
  if (viewport) fit();
  for (const type of ['resize', 'scroll']) viewport?.addEventListener(type, fit, { signal });
}
