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
      const code = `import { keys } from '../keys.ts'; export default keys(${JSON.stringify(texts)});`;
      return { code, moduleType: 'js' };
    },
  };
}
