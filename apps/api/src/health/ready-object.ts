import type { OpenAiErrorBody } from '#contracts';
import type { ReadinessCheck } from './readiness.js';

/** Answer of `GET /ready`: each check, and an error as every other failed answer has one. */
export interface ReadyObject extends Partial<OpenAiErrorBody> {
  readonly status: 'ready' | 'not_ready';
  readonly checks: readonly ReadinessCheck[];
}

export function toReadyObject(checks: readonly ReadinessCheck[]): ReadyObject {
  const failed = checks.filter(({ ok }) => !ok);
  if (failed.length === 0) return { status: 'ready', checks };
  const reasons = failed.map(({ name, detail }) => `${name}: ${detail ?? 'not working'}`);
  const message = `Not ready. ${reasons.join('; ')}`;
  return { status: 'not_ready', checks, error: { message, type: 'server_error', param: null, code: 'not_ready' } };
}
