import { readFile } from 'node:fs/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
import { packLanguages } from './build/pack-languages.ts';
import { slimCssPlugin } from './build/slim-css.ts';

const targetBytes = 15 * 1024;
const tokens = new URL(import.meta.resolve('@switchboard/ui/tokens.css'));
const widget = new URL('./src/widget.css', import.meta.url);

/** Says what the one file costs other people's pages, and lays compressed copies beside it for the server. */
function weigh(): Plugin {
  return {
    name: 'weigh',
    generateBundle(_, bundle) {
      for (const [fileName, file] of Object.entries(bundle)) {
        const source = file.type === 'chunk' ? file.code : file.source;
        const gzip = gzipSync(source, { level: 9 });
        const brotli = brotliCompressSync(source);
        this.info(`${fileName}: ${gzip.length} bytes gzip (target ${targetBytes}), ${brotli.length} brotli`);
        this.emitFile({ type: 'asset', fileName: `${fileName}.gz`, source: gzip });
        this.emitFile({ type: 'asset', fileName: `${fileName}.br`, source: brotli });
      }
    },
  };
}

export default defineConfig({
  build: {
    target: ['chrome109', 'firefox115', 'safari16.4'],
    lib: { entry: 'src/main.ts', formats: ['es'], fileName: () => 'widget-script.js' },
    // Lib mode leaves white space in ES modules unless told here.
    rolldownOptions: { output: { minify: true, comments: false } },
  },
  plugins: [
    packLanguages(),
    slimCssPlugin(async () => (await readFile(tokens, 'utf8')) + (await readFile(widget, 'utf8'))),
    weigh(),
  ],
});
