import { connect } from 'node:net';
import { once } from 'node:events';
import { startTestServer } from '../start-test-server.ts';
for (const kind of ['silent', 'half', 'none']) {
const server = await startTestServer(); const s = connect(Number(new URL(server.url).port), '127.0.0.1'); await once(s, 'connect'); if (kind === 'half') s.write('GET / HTTP/1.1\r\nHost:'); 
if (kind === 'none') s.destroy();
await new Promise((r) => setTimeout(r, 200));
s.on('close', () => console.log('closed')); s.on('error', () => {});
const t = performance.now();
const r = await Promise.race([server.stop().then(() => 'stopped'), new Promise((r) => setTimeout(r, 20000, 'still not after 20 s'))]);
console.log(kind, r, Math.round(performance.now() - t)); s.destroy();
}
process.exit(0);
