import { setTimeout as wait } from 'node:timers/promises';

const DEADLINE_MS = 10_000;
const STEP_MS = 5;

/** Resolves as soon as the condition holds. @throws Error when it does not in good time. */
export async function waitUntil(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await wait(STEP_MS);
  }
}
