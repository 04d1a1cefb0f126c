import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// `SWITCHBOARD_URL=http://localhost:8081 npx vite` shows the panel from source against a running server.
const server = process.env.SWITCHBOARD_URL ?? 'http://localhost:8080';

export default defineConfig({
  base: '/panel/',
  plugins: [react(), tailwindcss()],
  build: { target: 'es2022', modulePreload: { polyfill: false } },
  server: { proxy: { '/api': server, '/centrifugo': { target: server, ws: true } } },
});
