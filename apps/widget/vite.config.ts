import { readFile } from 'node:fs/promises';
import { defineConfig } from 'vite';
import { packLanguages } from './build/pack-languages.ts';
import { slimCssPlugin } from './build/slim-css.ts';

const tokens = new URL(import.meta.resolve('@switchboard/ui/tokens.css'));
const widget = new URL('./src/widget.css', import.meta.url);

const minify = {
  compress: true,
  mangle: true,
  // Lib mode leaves white space in ES modules unless told here.
  codegen: true,
  // Callbacks of our own are named onThis, the browser's handlers onthat; navigator.onLine is its one exception.
  mangleProps: { include: /^on[A-Z]/, exclude: /^onLine$/ },
};

export default defineConfig({
  build: {
    target: ['chrome109', 'firefox115', 'safari16.4'],
    lib: { entry: 'src/main.ts', formats: ['es'], fileName: () => 'widget-script.js' },
    rolldownOptions: { output: { minify, comments: false } },
  },
  plugins: [
    packLanguages(),
    slimCssPlugin(async () => (await readFile(tokens, 'utf8')) + (await readFile(widget, 'utf8'))),
  ],
});
