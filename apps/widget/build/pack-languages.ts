import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

/** Every language after the first carries its texts only: the keys are the first one's. A missing key ends the build. */
export function packLanguages(): Plugin {
  return {
    name: 'pack-languages',
    enforce: 'pre',
    load(id) {
      if (!/languages\/(?!en\.)\w+\.json$/.test(id)) return null;
      const first: object = JSON.parse(readFileSync(join(dirname(id), 'en.json'), 'utf8'));
      const language: Record<string, unknown> = JSON.parse(readFileSync(id, 'utf8'));
      const texts = Object.keys(first).map((key) => {
        if (!(key in language)) throw new Error(`${id}: "${key}" is missing`);
        return language[key];
      });
      const code = `import first from './en.json';
        const keys = Object.keys(first);
        export default Object.fromEntries(${JSON.stringify(texts)}.map((text, i) => [keys[i], text]));`;
      return { code, moduleType: 'js' };
    },
  };
}
