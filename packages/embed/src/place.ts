/** Where the panel stands in the page, and its frame. */
export interface Place {
  frame: HTMLIFrameElement;
  remove: () => void;
}

/**
 * Puts the frame into the page: into the page's own `[data-operator-chat-panel]` element if one is free (its value, if
 * it has one, names the tag's id), else into a dock on the page's end side that can be folded away.
 *
 * @param id - id of the script tag
 * @param src - address of the panel
 */
export function placeFrame(id: string, src: string): Place {
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  const words = texts[document.documentElement.lang.slice(0, 2)] ?? texts.en;
  const frame = document.createElement('iframe');
  frame.title = words.title;
  frame.allow = 'autoplay; clipboard-write';
  frame.src = src;

  const container = freeContainer(id);
  host.className = container ? '' : 'operator-chat-panel-dock';
  host.dataset.place = container ? 'container' : 'dock';
  style(root);
  root.append(frame);
  if (!container) root.append(fold(host, frame, words));
  (container ?? document.body).append(host);
  arrangeDocks();
  return {
    frame,
    remove() {
      host.remove();
      arrangeDocks();
    },
  };
}

const dockWidth = 420;

/** Several docks stand side by side as far as the window goes; then the later one covers the earlier. */
function arrangeDocks(): void {
  const fits = Math.max(1, Math.floor(innerWidth / dockWidth));
  let open = 0;
  document.querySelectorAll<HTMLElement>('.operator-chat-panel-dock').forEach((dock, row) => {
    const isFolded = dock.hasAttribute('data-folded');
    dock.style.setProperty('--before', String(isFolded ? 0 : Math.min(open, fits - 1)));
    dock.style.setProperty('--row', String(row));
    if (!isFolded) open += 1;
  });
}

function freeContainer(id: string): Element | undefined {
  const free = [...document.querySelectorAll('[data-operator-chat-panel]')].filter(
    (element) => !element.children.length,
  );
  const names = (element: Element) => element.getAttribute('data-operator-chat-panel');
  return free.find((element) => names(element) === id) ?? free.find((element) => !names(element));
}

/** The button that folds the dock; the frame stays alive behind it. */
function fold(host: HTMLElement, frame: HTMLElement, words: Texts): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  const turn = (open: boolean) => {
    host.toggleAttribute('data-folded', !open);
    frame.inert = !open;
    button.setAttribute('aria-expanded', String(open));
    button.setAttribute('aria-label', open ? words.hide : words.show);
    button.title = open ? words.hide : words.show;
  };
  button.addEventListener('click', () => {
    turn(host.hasAttribute('data-folded'));
    arrangeDocks();
  });
  button.append(icon());
  turn(true);
  return button;
}

function icon(): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  path.setAttribute('d', 'M9 6l6 6-6 6');
  svg.append(path);
  return svg;
}

function style(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    // Safari before 16.4.
    const element = document.createElement('style');
    element.textContent = css;
    root.append(element);
  }
}

interface Texts {
  title: string;
  show: string;
  hide: string;
}
const texts: Record<string, Texts> & { en: Texts } = {
  en: { title: 'Operator chat', show: 'Show the chat', hide: 'Hide the chat' },
  uk: { title: 'Чат оператора', show: 'Показати чат', hide: 'Сховати чат' },
  ru: { title: 'Чат оператора', show: 'Показать чат', hide: 'Скрыть чат' },
  he: { title: 'צ׳אט נציגים', show: 'הצגת הצ׳אט', hide: 'הסתרת הצ׳אט' },
};

const css = `
:host { all: initial; display: block; height: 100%; }
:host([data-place="dock"]) {
  position: fixed; z-index: 2147482000; inset-block: 0; width: min(${dockWidth}px, 100vw);
  inset-inline-end: calc(var(--before, 0) * ${dockWidth}px);
  border-inline-start: 1px solid rgb(120 128 145 / 35%); box-shadow: 0 0 32px rgb(20 24 35 / 14%);
  transition: transform 160ms cubic-bezier(0.2, 0, 0, 1);
}
:host([data-folded]) { transform: translateX(100%); box-shadow: none; }
:host([data-folded]:dir(rtl)) { transform: translateX(-100%); }
iframe { display: block; width: 100%; height: 100%; border: 0; background: Canvas; color-scheme: light dark; }
:host([data-folded]) iframe { visibility: hidden; }
button {
  position: absolute; inset-block-start: 50%; inset-inline-end: 100%; display: grid; place-items: center;
  width: 28px; height: 56px; margin-block-start: calc(var(--row, 0) * 64px - 28px); padding: 0; border: 0; border-start-start-radius: 10px;
  border-end-start-radius: 10px; background: #3f51cf; color: #fff; cursor: pointer;
  box-shadow: 0 2px 8px rgb(20 24 35 / 20%);
}
button:hover { background: #3344b8; }
button:focus-visible { outline: 2px solid #3f51cf; outline-offset: 2px; }
svg { width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
:host([data-folded]) svg { transform: scaleX(-1); }
:host(:dir(rtl)) svg { transform: scaleX(-1); }
:host([data-folded]:dir(rtl)) svg { transform: none; }
@media (max-width: 479px) { :host([data-place="dock"]:not([data-folded])) button { inset-inline-end: auto; inset-inline-start: 0; } }
@media (prefers-reduced-motion: reduce) { :host([data-place="dock"]) { transition: none; } }
@media print { :host([data-place="dock"]) { display: none; } }
`;
