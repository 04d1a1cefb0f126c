import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { type Child, createRender, jsx } from './jsx-runtime.ts';

/** As much of a page as render() touches. */
class PageNode {
  tag: string;
  parent: PageNode | null = null;
  children: PageNode[] = [];
  attributes: Record<string, string> = {};
  textContent = '';
  constructor(tag = '') {
    this.tag = tag;
  }
  get firstChild(): PageNode | null {
    return this.children[0] ?? null;
  }
  get nextSibling(): PageNode | null {
    return this.parent?.children[this.parent.children.indexOf(this) + 1] ?? null;
  }
  insertBefore(node: PageNode, next: PageNode | null) {
    node.remove();
    this.children.splice(next ? this.children.indexOf(next) : this.children.length, 0, node);
    node.parent = this;
  }
  remove() {
    this.parent?.children.splice(this.parent.children.indexOf(this), 1);
    this.parent = null;
  }
  setAttribute(name: string, value: string) {
    this.attributes[name] = value;
  }
  removeAttribute(name: string) {
    delete this.attributes[name];
  }
}

function page() {
  vi.stubGlobal('Text', PageNode);
  vi.stubGlobal('document', { createElementNS: (_: string, tag: string) => new PageNode(tag) });
  const root = new PageNode('root');
  return { root, render: createRender(root as unknown as Node) };
}
const item = (key: string) => jsx('li', { children: key }, key);
const texts = ({ children }: PageNode) => children.map((child) => child.firstChild?.textContent);

it('shows any list after any other, and what has the same key stays the same element', () => {
  const keys = fc.uniqueArray(fc.constantFrom(...'abcdefgh'));
  fc.assert(
    fc.property(fc.array(keys, { minLength: 2 }), (lists) => {
      const { root, render } = page();
      const known = new Map<string, PageNode>();
      let before: string[] = [];
      for (const list of lists) {
        render(list.map(item));
        expect(texts(root)).toEqual(list);
        for (const [i, key] of list.entries()) {
          if (before.includes(key)) expect(root.children[i]).toBe(known.get(key));
          known.set(key, root.children[i] as PageNode);
        }
        before = list;
      }
    }),
  );
});

it('keeps what stands behind things that come and go', () => {
  const { root, render } = page();
  const screen = (notice: boolean, rows: string[]): Child => [notice && jsx('p', {}), rows.map(item), jsx('form', {})];
  render(screen(false, ['a']));
  const form = root.children.at(-1);
  render(screen(true, ['a', 'b', 'c']));
  expect(root.children.map(({ tag }) => tag)).toEqual(['p', 'li', 'li', 'li', 'form']);
  expect(root.children.at(-1)).toBe(form);
});

it('sets attributes, takes them away, and calls the newest handler', () => {
  const { root, render } = page();
  const calls: number[] = [];
  render(jsx('button', { disabled: true, title: 'one', onclick: () => calls.push(1) }));
  const button = root.firstChild as PageNode & { onclick: () => void };
  expect(button.attributes).toEqual({ disabled: '', title: 'one' });
  render(jsx('button', { disabled: false, onclick: () => calls.push(2) }));
  expect(root.firstChild).toBe(button);
  expect(button.attributes).toEqual({});
  button.onclick();
  expect(calls).toEqual([2]);
});

it('shows words and numbers, and nothing for false, null and undefined', () => {
  const { root, render } = page();
  const Greeting = ({ name }: { name: string }) => jsx('p', { children: ['Hello ', name, 0, false, null, undefined] });
  render(jsx(Greeting, { name: 'Anna' }));
  expect(root.firstChild?.children.map(({ textContent }) => textContent)).toEqual(['Hello ', 'Anna', '0']);
});
