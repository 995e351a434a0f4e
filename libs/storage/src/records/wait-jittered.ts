import { setTimeout as wait } from 'node:timers/promises';

const FIRST_MAX_MS = 20;
const MAX_MS = 300;

/** Waits a random time whose upper end doubles with every attempt, so that writers that met once do not meet again. */
export async function waitJittered(attempt: number, signal?: AbortSignal): Promise<void> {
  const maxMs = Math.min(MAX_MS, FIRST_MAX_MS * 2 ** (attempt - 1));
  signal?.throwIfAborted();
  await wait(Math.random() * maxMs, undefined, { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
}
