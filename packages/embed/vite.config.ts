import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    target: ['chrome109', 'firefox115', 'safari16.4'],
    lib: { entry: 'src/main.ts', formats: ['es'], fileName: () => 'widget-script.js' },
    // Lib mode leaves white space in ES modules unless told here.
    rolldownOptions: { output: { minify: true, comments: false } },
  },
});
