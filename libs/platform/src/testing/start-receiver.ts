import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server of somebody else's, with all that it has been asked. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly ReceivedRequest[];
  /** Resolves once it has been asked so often. */
  received(count: number): Promise<void>;
}

/**
 * @param answer What it does with a request; 200 with an empty body where absent.
 * @param certificate Makes it speak TLS.
 */
export async function startReceiver(
  answer: (request: ReceivedRequest, response: ServerResponse) => void = (_request, response) => response.end(),
  certificate?: { readonly cert: string; readonly key: string },
): Promise<Receiver> {
  const requests: ReceivedRequest[] = [];
  const waiting = new Set<() => void>();
  const listen: RequestListener = (incoming, response) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      const { method = '', url: path = '', headers } = incoming;
      const request = { method, path, headers, body: Buffer.concat(pieces).toString() };
      requests.push(request);
      answer(request, response);
      for (const look of waiting) look();
    });
  };
  const server = certificate === undefined ? createServer(listen) : createTlsServer(certificate, listen);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    requests,
    received: async (count) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = (): void => {
        if (requests.length >= count) resolve();
      };
      waiting.add(look);
      look();
      await promise;
      waiting.delete(look);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
