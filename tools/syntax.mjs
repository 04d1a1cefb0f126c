// Sources as syntax trees, for the checks that read them. The parser is the one that builds and tests the project.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'vitest/node';

/** @returns {{type: string, body: any[]}} */
export function parse(path, source) {
  const lang = path.endsWith('.tsx') ? 'tsx' : /\.[cm]?ts$/.test(path) ? 'ts' : 'js';
  try {
    return parseAst(source, { lang, sourceType: 'module' });
  } catch (error) {
    throw new Error(`${path} cannot be parsed: ${error.message}`);
  }
}

/** Every node of a tree with those above it, nearest first. */
export function* nodesOf(node, above = []) {
  yield [node, above];
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child?.type === 'string') yield* nodesOf(child, [node, ...above]);
    }
  }
}

/** @returns {number} the line of an offset, from 1 */
export function lineOf(source, offset) {
  return source.slice(0, offset).split('\n').length;
}

/** Paths below a folder of the project, with `/`, sorted; nothing that is built or installed. */
export function* filesUnder(root, folder) {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.')) continue;
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* filesUnder(root, path);
    else if (entry.isFile()) yield path;
  }
}
