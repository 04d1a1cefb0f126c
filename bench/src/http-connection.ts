import { connect, type Socket } from 'node:net';

export type OnResponse = (status: number, body: Buffer) => void;

const headEnd = Buffer.from('\r\n\r\n');

/** One HTTP/1.1 keep-alive connection, one request at a time. Lean, so that the load is the server's and not ours. */
export class HttpConnection {
  readonly #socket: Socket;
  #onResponse: OnResponse | null = null;
  #rest: Buffer | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (bytes) => this.#take(bytes));
    const broken = (error?: Error) => this.#answer(0, Buffer.from(error?.message ?? 'the connection was closed'));
    socket.on('error', broken);
    socket.on('close', () => broken());
  }

  static open(port: number): Promise<HttpConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new HttpConnection(socket));
      });
    });
  }

  /** `request` is the whole request as it goes over the wire. Status 0: the connection is broken. */
  send(request: string, onResponse: OnResponse): void {
    this.#onResponse = onResponse;
    if (this.#socket.destroyed) this.#answer(0, Buffer.from('the connection was closed'));
    else this.#socket.write(request, 'utf8');
  }

  /** For what need not be fast: JSON in, JSON out. */
  call<T>(method: string, path: string, token: string, body?: object): Promise<T> {
    return new Promise((resolve, reject) => {
      this.send(requestText(headOf(method, path, token), body ? JSON.stringify(body) : ''), (status, bytes) => {
        const text = bytes.toString();
        if (status >= 200 && status < 300) resolve((text ? JSON.parse(text) : undefined) as T);
        else reject(new Error(`${method} ${path} answered ${status}: ${text}`));
      });
    });
  }

  close(): void {
    this.#onResponse = null;
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    const all = this.#rest === null ? bytes : Buffer.concat([this.#rest, bytes]);
    const end = all.indexOf(headEnd);
    const length = end < 0 ? null : /content-length: (\d+)/i.exec(all.toString('latin1', 0, end));
    const bodyStart = end + headEnd.length;
    const bodyEnd = bodyStart + Number(length?.[1] ?? 0);
    if (end < 0 || all.length < bodyEnd) {
      this.#rest = all;
      return;
    }
    this.#rest = null;
    this.#answer(Number(all.toString('latin1', 9, 12)), all.subarray(bodyStart, bodyEnd));
  }

  #answer(status: number, body: Buffer): void {
    const tell = this.#onResponse;
    this.#onResponse = null;
    tell?.(status, body);
  }
}

/** All of a request's head but the length of its body. */
export const headOf = (method: string, path: string, token: string): string =>
  `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${token ? `Authorization: Bearer ${token}\r\n` : ''}`;

export const requestText = (head: string, json: string): string =>
  json
    ? `${head}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`
    : `${head}\r\n`;
