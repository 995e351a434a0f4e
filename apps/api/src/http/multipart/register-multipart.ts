import { fastifyMultipart } from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';

/**
 * Teaches the server to read forms. The plugin's own hooks only remove files that its disk mode wrote, which is not
 * used here, and they would cost every request of every route a promise and a listener: so it is given an instance
 * whose `addHook` does nothing.
 */
export function registerMultipart(server: FastifyInstance): void {
  const withoutHooks: FastifyInstance = new Proxy(server, {
    get: (target, property): unknown => {
      if (property === 'addHook') return () => withoutHooks;
      const value: unknown = Reflect.get(target, property, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  // A file that is too large ends where it was cut, and says so: the reader answers for it.
  fastifyMultipart(withoutHooks, { throwFileSizeLimit: false }, (error?: Error) => {
    if (error !== undefined) throw error;
  });
}
