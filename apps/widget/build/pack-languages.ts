import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const folder = new URL('../src/languages/', import.meta.url);

/**
 * `import files from 'virtual:languages'`: every language but English becomes a file of its own, of texts only: the
 * keys are those of en.json, in its order. A missing key ends the build.
 */
export function packLanguages(): Plugin {
  const virtual = 'virtual:languages';
  return {
    name: 'pack-languages',
    resolveId: (id) => (id === virtual ? `\0${id}` : null),
    load(id) {
      if (id !== `\0${virtual}`) return null;
      const keys = Object.keys(read('en.json'));
      const files: Record<string, string> = {};
      for (const name of readdirSync(folder)) {
        this.addWatchFile(new URL(name, folder).pathname);
        if (name === 'en.json') continue;
        const language = read(name);
        const missing = keys.filter((key) => !(key in language));
        if (missing.length > 0) this.error(`${name} lacks ${missing.join(', ')}`);
        const source = `export default${JSON.stringify(keys.map((key) => language[key]))}`;
        const [code = ''] = name.split('.');
        const digest = createHash('sha256').update(source).digest('base64url').slice(0, 8);
        const fileName = `assets/${code}-${digest}.js`;
        this.emitFile({ type: 'asset', fileName, source });
        files[code] = fileName;
      }
      return `export default ${JSON.stringify(files)}`;
    },
  };
}

function read(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
}
