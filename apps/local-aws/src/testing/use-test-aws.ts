import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { LocalAwsOptions } from '../config.js';
import { startTestAws, type TestAws } from './start-test-aws.js';

/** One stand-in for all tests of a file. Faults and the witness log are emptied after each; nothing may fail unseen. */
export function useTestAws(options: Partial<LocalAwsOptions> = {}): { readonly current: TestAws } {
  const held: { current?: TestAws } = {};
  const current = (): TestAws => {
    if (held.current === undefined) throw new Error('The stand-in is started before the first test and not before.');
    return held.current;
  };
  beforeAll(async () => {
    held.current = await startTestAws(options);
  });
  afterEach(() => {
    current().aws.faults.clear();
    current().aws.witness.clear();
    expect(current().logged.splice(0)).toEqual([]);
  });
  afterAll(async () => {
    await current().close();
  });
  return {
    get current() {
      return current();
    },
  };
}
