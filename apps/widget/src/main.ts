import { mount } from './mount.tsx';
import { readSettings } from './settings.ts';

/** A module runs once per address, so this first run must serve every tag that comes or goes later. */
const own = new URL(import.meta.url);
const mounted = new Map<HTMLScriptElement, () => void>();

function isOurs(tag: HTMLScriptElement): boolean {
  return tag.src === own.href || (tag.id.startsWith('chat-widget-script') && !tag.src);
}

function add(tag: HTMLScriptElement) {
  const settings = readSettings(tag, own.origin);
  if (!settings) return console.warn('[switchboard] This script tag has no guid.', tag);
  const attributes = new MutationObserver(() => {
    remove(tag);
    add(tag);
  });
  attributes.observe(tag, { attributes: true });
  const unmount = mount(settings);
  mounted.set(tag, () => {
    attributes.disconnect();
    unmount();
  });
}

function remove(tag: HTMLScriptElement) {
  mounted.get(tag)?.();
  mounted.delete(tag);
}

function look() {
  for (const tag of mounted.keys()) if (!tag.isConnected) remove(tag);
  for (const tag of document.scripts) if (isOurs(tag) && !mounted.has(tag)) add(tag);
}

/** Runs with every change of the page, so it asks only about scripts. */
function changesScripts({ addedNodes, removedNodes }: MutationRecord): boolean {
  for (const nodes of [addedNodes, removedNodes]) {
    for (const node of nodes) {
      if (node.nodeName === 'SCRIPT') return true;
      if (node instanceof Element && node.firstElementChild && node.querySelector('script')) return true;
    }
  }
  return false;
}

function watch() {
  look();
  new MutationObserver((records) => {
    if (records.some(changesScripts)) look();
  }).observe(document, { childList: true, subtree: true });
}

if (document.body) watch();
else document.addEventListener('DOMContentLoaded', watch);
