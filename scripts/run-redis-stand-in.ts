/** The npm stand-in for Redis, for development and tests on a machine without one: `run-redis-stand-in.ts <port>`. */
import { Server } from 'node:net';
import { createRedisServer } from 'js-redis-server';
import { onOrphaned } from '#scripts/launcher/on-orphaned';

const port = Number(process.argv[2]);
// The stand-in knows a port but no address, and would listen for the whole network without a password.
const listen: unknown = Object.getOwnPropertyDescriptor(Server.prototype, 'listen')?.value;
if (typeof listen !== 'function') throw new Error('net.Server has no method listen of its own');
Server.prototype.listen = function listenOnLoopback(this: Server): Server {
  return Reflect.apply(listen, this, [{ host: '127.0.0.1', port }]) as Server;
};
await createRedisServer({ port });
// Its own close waits for clients to leave; it keeps nothing that an abrupt end could lose.
const stop = (): void => process.exit(0);
process.on('SIGTERM', stop);
onOrphaned(stop);
