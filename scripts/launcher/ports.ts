import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';
import { LauncherError } from '#scripts/launcher/launcher-error';

// Below the range that Linux and macOS hand out by themselves: no outgoing connection takes a port between look and use.
const FIRST_PORT = 20_000;
const END_PORT = 32_000;
const MAX_TRIES = 100;

/** A port on 127.0.0.1 that nothing listens on now. */
export async function findFreePort(): Promise<number> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const port = randomInt(FIRST_PORT, END_PORT);
    if ((await tryListen('127.0.0.1', port)) === undefined) return port;
  }
  throw new LauncherError(`No free port between ${FIRST_PORT} and ${END_PORT} was found in ${MAX_TRIES} tries.`);
}

/** @throws LauncherError when nothing can listen there, naming the port and the remedy. */
export async function requireFreePort(host: string, port: number): Promise<void> {
  const code = await tryListen(host, port);
  if (code === undefined) return;
  const other = `PORT=${port < 65_535 ? port + 1 : 8080} npm start`;
  if (code === 'EADDRINUSE') {
    throw new LauncherError(
      `Port ${port} on ${host} is taken by another process. Stop that one, or use another port: ${other}`,
    );
  }
  if (code === 'EACCES')
    throw new LauncherError(`Port ${port} needs rights that this user lacks. Use another port: ${other}`);
  throw new LauncherError(
    `Nothing can listen on HOST=${host}, PORT=${port} (${code}). HOST must be an address of this machine.`,
  );
}

function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
