import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
import { packLanguages } from './build/pack-languages.ts';
import { slimCssPlugin } from './build/slim-css.ts';

const limitBytes = 15 * 1024;
const tokens = new URL(import.meta.resolve('@switchboard/ui/tokens.css'));
const widget = new URL('./src/widget.css', import.meta.url);

/** The whole widget is one file with a ceiling on what it costs other people's pages. */
function weigh(): Plugin {
  return {
    name: 'weigh',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        const bytes = gzipSync(file.type === 'chunk' ? file.code : file.source, { level: 9 }).length;
        this.info(`${file.fileName}: ${bytes} bytes gzip of at most ${limitBytes}`);
        if (bytes > limitBytes) this.warn('the widget is too heavy');
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
