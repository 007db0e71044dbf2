/** As much of tus as our server speaks, over a real socket, with refusals on demand. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Refusal {
  status: number;
  code?: string;
  message?: string;
}

export class TusServer {
  readonly requests: string[] = [];
  /** What came, by the address of its upload. */
  readonly kept = new Map<string, { length: number; data: Buffer }>();
  /** What the next requests of a method are refused with. */
  readonly refusals: { method: string; refusal: Refusal }[] = [];
  /** The next append is cut off after so many bytes. */
  cutAfter: number | null = null;
  readonly #server: Server = createServer((request, response) => void this.#answer(request, response));
  #made = 0;

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/api/uploads`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  refuse(method: string, refusal: Refusal): void {
    this.refusals.push({ method, refusal });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    this.requests.push(method);
    const body = await this.#read(request);
    if (!body) return;
    const next = this.refusals.findIndex((refusal) => refusal.method === method);
    if (next >= 0) {
      const { status, code, message } = (this.refusals.splice(next, 1)[0] as { refusal: Refusal }).refusal;
      response.writeHead(status).end(code && JSON.stringify({ error: { code, message } }));
      return;
    }
    const upload = this.kept.get(url);
    if (method === 'POST') {
      this.#made += 1;
      const made = `/api/uploads/${this.#made}`;
      this.kept.set(made, { length: Number(request.headers['upload-length']), data: Buffer.alloc(0) });
      response.writeHead(201, { Location: made }).end();
    } else if (!upload) {
      response.writeHead(404).end();
    } else if (method === 'DELETE') {
      this.kept.delete(url);
      response.writeHead(204).end();
    } else {
      if (method === 'PATCH') upload.data = Buffer.concat([upload.data, body]);
      response.writeHead(method === 'PATCH' ? 204 : 200, {
        'Upload-Offset': upload.data.length, 'Upload-Length': upload.length, 'Yuanzhan-Object': 'an-object',
      }).end();
    }
  }

  /** Null where the connection was cut; what had come stays. */
  async #read(request: IncomingMessage): Promise<Buffer | null> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const upload = this.kept.get(request.url ?? '');
    if (this.cutAfter === null || request.method !== 'PATCH' || !upload) return body;
    upload.data = Buffer.concat([upload.data, body.subarray(0, this.cutAfter)]);
    this.cutAfter = null;
    request.socket.destroy();
    return null;
  }
}
