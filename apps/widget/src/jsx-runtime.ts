/**
 * JSX in a few lines instead of a library: components are functions that describe elements and keep nothing,
 * and render() makes the page equal to what they described last. What they describe in the same place, or under the
 * same key, keeps its element.
 */

export interface Piece {
  tag: string;
  props: Record<string, unknown> & { children?: Child };
  key?: string;
}
export type Child = Piece | string | number | boolean | null | undefined | readonly Child[];

interface Drawn {
  node: HTMLElement | Text;
  props: Record<string, unknown>;
  inside: Map<string, Drawn>;
}

/** What the compiler makes of `<p class="x">…</p>` and `<Bubble row={row} />`. */
export function jsx<P>(tag: string | ((props: P) => Piece | null), props: P & object, key?: string): Piece | null {
  return typeof tag === 'string' ? { tag, props: props as Piece['props'], key } : tag(props);
}
export { jsx as jsxs };

/** Returns the way to draw into a node, again and again. */
export function createRender(root: Node): (child: Child) => void {
  let drawn = new Map<string, Drawn>();
  return (child) => {
    drawn = draw(root, drawn, child);
  };
}

function draw(parent: Node, before: Map<string, Drawn>, children: Child): Map<string, Drawn> {
  const after = new Map<string, Drawn>();
  const pieces = new Map<string, Piece | string>();
  collect(children, '', pieces);
  for (const [key, { node }] of before) if (!pieces.has(key)) node.remove();
  let next = parent.firstChild;
  for (const [key, piece] of pieces) {
    const drawn = before.get(key) ?? { node: create(piece), props: {}, inside: new Map() };
    after.set(key, drawn);
    if (drawn.node === next) next = next.nextSibling;
    else parent.insertBefore(drawn.node, next);
    update(drawn, piece);
  }
  return after;
}

/** Flat, each under a name of its own: the key or the place, and the tag. */
function collect(child: Child, path: string, pieces: Map<string, Piece | string>) {
  if (Array.isArray(child)) {
    for (const [i, each] of child.entries()) collect(each, `${path} ${each?.key ?? i}`, pieces);
  } else if (child && typeof child === 'object') pieces.set(path + (child as Piece).tag, child as Piece);
  else if (typeof child === 'string' || typeof child === 'number') pieces.set(path, `${child}`);
}

function create(piece: Piece | string): Drawn['node'] {
  if (typeof piece === 'string') return new Text();
  const { tag } = piece;
  const space = `http://www.w3.org/${tag === 'svg' || tag === 'path' ? '2000/svg' : '1999/xhtml'}`;
  return document.createElementNS(space, tag) as HTMLElement;
}

function update(drawn: Drawn, piece: Piece | string) {
  const { node, props: old } = drawn;
  if (typeof piece === 'string') {
    if (node.textContent !== piece) node.textContent = piece;
    return;
  }
  const { props } = piece;
  const element = node as HTMLElement;
  for (const name in { ...old, ...props }) {
    const value = props[name];
    if (name === 'children' || value === old[name]) continue;
    if (name.startsWith('on')) Object.assign(element, { [name]: value });
    else if (value === false || value == null) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : `${value}`);
  }
  drawn.props = props;
  drawn.inside = draw(node, drawn.inside, props.children);
}

type Handlers<E> = {
  [K in keyof GlobalEventHandlersEventMap as `on${K}`]?: (
    event: GlobalEventHandlersEventMap[K] & { currentTarget: E },
  ) => void;
};
type Plain =
  | 'class'
  | 'd'
  | 'datetime'
  | 'dir'
  | 'disabled'
  | 'enterkeyhint'
  | 'height'
  | 'href'
  | 'lang'
  | 'placeholder'
  | 'rel'
  | 'role'
  | 'rows'
  | 'tabindex'
  | 'target'
  | 'title'
  | 'type'
  | 'viewBox'
  | 'width';
type Attributes<E> = Handlers<E> & { [name in Plain]?: string | number | boolean | null } & {
  key?: string;
  children?: Child;
};

/** What the compiler asks about types. */
export declare namespace JSX {
  type Element = Piece | null;
  type IntrinsicElements = {
    [tag in keyof HTMLElementTagNameMap]: Attributes<HTMLElementTagNameMap[tag]>;
  } & { svg: Attributes<SVGElement>; path: Attributes<SVGElement> };
  interface ElementChildrenAttribute {
    children: Child;
  }
}
