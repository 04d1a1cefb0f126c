import { livePath } from '@switchboard/protocol';
import { WebSocket } from 'ws';

/** Operators at their live connections: every line they hear goes to `hear`, with the moment it came. */
export async function connectOperators(
  port: number,
  tokens: string[],
  hear: (line: string, at: number) => void,
): Promise<void> {
  await Promise.all(tokens.map((token) => connectOperator(port, token, hear)));
}

function connectOperator(port: number, token: string, hear: (line: string, at: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${livePath}`, { perMessageDeflate: false });
    socket.on('error', reject);
    socket.on('close', (code, reason) => reject(new Error(`an operator was disconnected: ${code} ${reason}`)));
    socket.on('open', () => {
      const data = { application: 'notifications', settings: { token } };
      socket.send(JSON.stringify({ id: 1, connect: { data } }));
    });
    socket.on('message', (frame: Buffer) => {
      const at = performance.now();
      for (const line of frame.toString('latin1').split('\n')) {
        if (line === '{}') socket.send('{}');
        else if (line.startsWith('{"id":1,')) resolve();
        else hear(line, at);
      }
    });
  });
}
