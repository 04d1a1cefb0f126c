import css from 'virtual:widget-styles';
import { render } from 'preact';
import { paint } from './colours.ts';
import { App } from './components/App.tsx';
import { createConversation } from './conversation.ts';
import type { Settings } from './settings.ts';
import type { View } from './view.ts';
import { chooseWords } from './words.ts';

/** Puts one widget into the page. Returns the way to take it out again. */
export function mount(settings: Settings): () => void {
  const host = document.createElement('div');
  host.dataset.testid = 'chat-widget';
  let painted: View['channel'] = null;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const follow = () => {
    host.dataset.theme = settings.theme ?? (dark.matches ? 'dark' : 'light');
    paint(host, settings, painted?.colours ?? {});
  };
  dark.addEventListener('change', follow);
  const root = host.attachShadow({ mode: 'open' });
  style(root, css);
  const words = chooseWords([settings.lang, document.documentElement.lang, ...navigator.languages]);

  // The page's own shortcuts must not fire while someone writes: to the page the target is a plain div.
  for (const type of ['keydown', 'keyup', 'keypress']) root.addEventListener(type, (event) => event.stopPropagation());

  let view: View | null = null;
  let stopped = false;
  let drawing = false;
  const draw = (next: View) => {
    if (!drawing) queueMicrotask(show);
    drawing = true;
    if (view?.open && !next.open) setTimeout(() => root.querySelector<HTMLElement>('.launcher')?.focus());
    view = next;
  };
  function show() {
    drawing = false;
    if (!view || stopped) return;
    if (view.channel !== painted) {
      painted = view.channel;
      follow();
    }
    render(<App view={view} actions={conversation.actions} words={words} side={settings.side} />, root);
  }

  document.body.append(host);
  follow();
  const conversation = createConversation(settings, draw);
  const unfit = fitViewport(host);
  return () => {
    stopped = true;
    conversation.stop();
    unfit();
    dark.removeEventListener('change', follow);
    render(null, root);
    host.remove();
  };
}

/** Full screen on a phone: the part of the screen that the keyboard leaves. */
function fitViewport(host: HTMLElement): () => void {
  const viewport = window.visualViewport;
  if (!viewport) return () => {};
  const fit = () => {
    host.style.setProperty('--top', `${viewport.offsetTop}px`);
    host.style.setProperty('--height', `${viewport.height}px`);
  };
  fit();
  viewport.addEventListener('resize', fit);
  viewport.addEventListener('scroll', fit);
  return () => {
    viewport.removeEventListener('resize', fit);
    viewport.removeEventListener('scroll', fit);
  };
}

function style(root: ShadowRoot, text: string) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Safari before 16.4.
    const element = document.createElement('style');
    element.textContent = text;
    root.append(element);
  }
}
