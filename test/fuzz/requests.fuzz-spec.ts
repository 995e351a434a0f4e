import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import { fuzzSystem } from './fuzz-system.js';

const readNumber = (name: string, fallback: number): number => {
  const value = Number(process.env[name] ?? fallback);
  if (!Number.isFinite(value)) throw new TypeError(`${name} must be a number`);
  return value;
};

const count = readNumber('SLUICE_FUZZ_COUNT', 100_000);
const seed = readNumber('SLUICE_FUZZ_SEED', 1);
const boundMs = readNumber('SLUICE_FUZZ_MINUTES', 10) * 60_000;

describe(`${count} mutated requests of seed ${seed}`, () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });

  afterAll(async () => {
    await system?.stop();
  });

  it('all get an answer or a clear error', async () => {
    const { sent, byStatus, findings } = await fuzzSystem(system, { count, seed, boundMs });
    console.log(`${sent} requests; answers by status: ${JSON.stringify(byStatus)}`);

    expect(findings).toEqual([]);
    expect(sent, 'requests within the time').toBe(count);
  });
});
