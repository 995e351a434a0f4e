import type { Server } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { Certificate } from './read-certificate.js';

/** Lets those who connect from now on see it; open connections go on with the one before. */
export function showCertificate(server: Server, { cert, key }: Certificate): void {
  if (server instanceof TlsServer) server.setSecureContext({ cert, key, minVersion: 'TLSv1.2' });
}
