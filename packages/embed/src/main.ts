import { createPanel, type Panel } from './panel.ts';
import { readToken } from './token.ts';

/** A module runs once per address, so this first run must serve every tag that comes or goes later. */
const own = new URL(import.meta.url);
const panels = new Map<string, Panel>();

function isOurs(tag: HTMLScriptElement): boolean {
  return tag.id.startsWith('operator-chat-panel-script') && (tag.src === own.href || !tag.src);
}

/** Makes the panels agree with the tags: by id, and of two with one id the later tag counts. */
function look() {
  const tags = new Map<string, { tag: HTMLScriptElement; token: string }>();
  for (const tag of document.scripts) {
    if (!isOurs(tag)) continue;
    const token = readToken(tag.getAttribute('token'));
    if (token) tags.set(tag.id, { tag, token });
    else console.warn('[switchboard] The script tag of the operator panel has no token.', tag);
  }
  for (const [id, panel] of panels) {
    if (tags.has(id)) continue;
    panel.remove();
    panels.delete(id);
  }
  for (const [id, { tag, token }] of tags) {
    const panel = panels.get(id) ?? createPanel(id, own.origin);
    panels.set(id, panel);
    panel.give(token, tag);
  }
}

/** Runs with every change of the page, so it asks only about scripts. */
function concernsScripts({ type, target, addedNodes, removedNodes }: MutationRecord): boolean {
  if (type === 'attributes') return target.nodeName === 'SCRIPT';
  return [...addedNodes, ...removedNodes].some(
    (node) =>
      node.nodeName === 'SCRIPT' || (node instanceof Element && node.firstElementChild && node.querySelector('script')),
  );
}

function watch() {
  look();
  new MutationObserver((records) => {
    if (records.some(concernsScripts)) look();
  }).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['token'] });
}

if (document.body) watch();
else document.addEventListener('DOMContentLoaded', watch);
