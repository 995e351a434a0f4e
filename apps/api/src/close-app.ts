import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as wait } from 'node:timers/promises';
import { shutDown, type ShutdownStep } from '#platform';
import type { Keys } from './auth/open-keys.js';
import type { RevocationWatch } from './auth/revocation-watch.js';
import type { Limits } from './limits/limits.js';
import type { AppDependencies } from './dependencies.js';
import type { DrainState } from './http/exchange/drain-state.js';
import type { CertificateWatch } from './http/tls/certificate-watch.js';

export interface ClosableApp {
  readonly app: NestFastifyApplication;
  readonly config: { readonly drainTimeoutMs: number; readonly drainDelayMs: number };
  readonly drainState: DrainState;
  readonly keys: Keys;
  readonly revocations: RevocationWatch;
  readonly limits: Limits;
  /** Absent where the port speaks plain HTTP. */
  readonly certificates: CertificateWatch | undefined;
  readonly dependencies: AppDependencies;
}

/** For closing connections to Redis, S3 and the models once no call is left. */
const CLOSE_TIMEOUT_MS = 5000;
const CUT_TIMEOUT_MS = 1000;

/** Milliseconds that closing takes at most. */
export function closeBoundMs({ drainDelayMs, drainTimeoutMs }: ClosableApp['config']): number {
  return drainDelayMs + drainTimeoutMs + CLOSE_TIMEOUT_MS;
}

/**
 * Stops in order: not ready first, then no new calls, then the open ones end, then the listener and what is behind it.
 * The listener stays until the end so that health checks are answered and refusals are errors that an SDK tries again.
 * Kept connections end with their next answer, or at the end: closing idle ones early would cut off whoever is just
 * sending on one.
 */
export async function closeApp(closable: ClosableApp): Promise<void> {
  const { app, config, drainState, keys, revocations, limits, certificates, dependencies } = closable;
  const { logger, accessLog, inference, bulk } = dependencies;
  const server = app.getHttpServer();
  const steps: ShutdownStep[] = [
    {
      name: 'drain',
      run: async () => {
        revocations.close();
        drainState.drain();
        if (server.listening) await wait(config.drainDelayMs);
        drainState.refuse();
        const idle = await drainState.whenIdle(config.drainTimeoutMs);
        if (!idle) logger.warn({ openCalls: drainState.openCalls }, 'calls are still open and are cut now');
      },
    },
    {
      name: 'listener',
      run: async () => {
        server.closeAllConnections();
        await app.close();
        // The listener is done before the last connections have told their calls that they are cut.
        await drainState.whenIdle(CUT_TIMEOUT_MS);
      },
    },
    { name: 'bulk', run: () => bulk.close() },
    { name: 'inference', run: () => inference.close() },
    {
      name: 'keys and log',
      run: () => {
        keys.close();
        limits.close();
        certificates?.close();
        accessLog.flush();
        return Promise.resolve();
      },
    },
  ];
  await shutDown(steps, closeBoundMs(config), logger);
}
