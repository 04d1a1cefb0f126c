import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const folder = new URL('../src/languages/', import.meta.url);

/**
 * `import { fileOf, openers } from 'virtual:languages'`: every language but English becomes a file of its own, of texts
 * only: the keys are those of en.json, in its order. What the closed launcher says goes into the script (`openers`) and
 * leaves a hole in the file. A missing key ends the build.
 */
export function packLanguages(): Plugin {
  const virtual = 'virtual:languages';
  return {
    name: 'pack-languages',
    resolveId: (id) => (id === virtual ? `\0${id}` : null),
    load(id) {
      if (id !== `\0${virtual}`) return null;
      const keys = Object.keys(read('en.json'));
      const openers: Record<string, unknown> = {};
      const sources: Record<string, string> = {};
      for (const name of readdirSync(folder)) {
        this.addWatchFile(new URL(name, folder).pathname);
        if (name === 'en.json') continue;
        const language = read(name);
        const missing = keys.filter((key) => !(key in language));
        if (missing.length > 0) this.error(`${name} lacks ${missing.join(', ')}`);
        const [code = ''] = name.split('.');
        openers[code] = language.open;
        const texts = keys.map((key) => (key === 'open' ? '' : JSON.stringify(language[key])));
        sources[code] = `export default[${texts}]`.replace(/"(\w+)":/g, '$1:');
      }
      // One for all: each of its own would weigh more in the script.
      const version = createHash('sha256').update(JSON.stringify(sources)).digest('base64url').slice(0, 6);
      const fileOf = (code: string) => `assets/${code}-${version}.js`;
      for (const [code, source] of Object.entries(sources)) {
        this.emitFile({ type: 'asset', fileName: fileOf(code), source });
      }
      return `export const openers = ${JSON.stringify(openers)}, fileOf = (code) => \`./${fileOf('${code}')}\``;
    },
  };
}

function read(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
}
