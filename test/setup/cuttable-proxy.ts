import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A network between a client and a server that a test can cut. */
export class CuttableProxy {
  /** Connections that were broken off. */
  cuts = 0;
  private isCut = false;
  /** Bytes of answers that still pass before the connection is broken off. */
  private bytesLeft = Infinity;
  private readonly pairs = new Set<readonly [Socket, Socket]>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** @param target Origin of the server behind it. */
  static async open(target: string): Promise<CuttableProxy> {
    const { hostname, port } = new URL(target);
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new CuttableProxy(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('connection', (client) => proxy.join(client, connect(Number(port), hostname)));
    return proxy;
  }

  /** Breaks everything off, and nothing gets through until `mend`. */
  cut(): void {
    this.isCut = true;
    for (const pair of this.pairs) this.breakOff(pair);
  }

  mend(): void {
    this.isCut = false;
  }

  /** The connection over which so many bytes of answers have come from now on is broken off, once. */
  cutOnceAfter(bytes: number): void {
    this.bytesLeft = bytes;
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket, upstream: Socket): void {
    const pair = [client, upstream] as const;
    this.pairs.add(pair);
    const end = (): void => {
      this.pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of pair) {
      socket.on('error', end);
      socket.on('close', end);
    }
    if (this.isCut) {
      this.breakOff(pair);
      return;
    }
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      const passing = chunk.subarray(0, this.bytesLeft);
      this.bytesLeft -= passing.length;
      if (!client.write(passing)) {
        upstream.pause();
        client.once('drain', () => upstream.resume());
      }
      if (this.bytesLeft > 0) return;
      this.bytesLeft = Infinity;
      client.once('drain', () => this.breakOff(pair));
      if (client.writableLength === 0) this.breakOff(pair);
    });
  }

  private breakOff(pair: readonly [Socket, Socket]): void {
    this.cuts++;
    for (const socket of pair) socket.destroy();
  }
}
