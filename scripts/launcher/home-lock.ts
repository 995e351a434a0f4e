import { createHash } from 'node:crypto';
import { realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LauncherError } from '#scripts/launcher/launcher-error';
import { readRunFile } from '#scripts/launcher/run-file';

/**
 * One system at a time runs in a folder. The lock is a listening socket, because the operating system takes it back
 * whatever becomes of its owner; a file with a process number would outlive a crash.
 *
 * @returns gives the lock back
 * @throws LauncherError when a system runs in the folder.
 */
export async function lockHome(home: string): Promise<() => void> {
  const path = socketPath(home);
  let server = await tryListen(path);
  if (server === undefined && isFile(path) && !(await isAnswering(path))) {
    rmSync(path, { force: true });
    server = await tryListen(path);
  }
  if (server === undefined) {
    const run = await readRunFile(home);
    const where = run === undefined ? '' : ` at ${run.baseUrl} (process ${run.pid})`;
    throw new LauncherError(
      `Sluice already runs in ${home}${where}. Stop it first, or start a second one: SLUICE_HOME=<folder> PORT=<port> npm start`,
    );
  }
  server.unref();
  const held = server;
  return () => held.close();
}

/** Sockets have short names on every system, so the folder's own path cannot be in it. */
function socketPath(home: string): string {
  const name = `sluice-${createHash('sha256').update(realpathSync(home)).digest('hex').slice(0, 32)}`;
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return join(tmpdir(), `${name}.sock`);
}

function isFile(path: string): boolean {
  return path.endsWith('.sock');
}

function tryListen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.end());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(path, () => resolve(server));
  });
}

function isAnswering(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
