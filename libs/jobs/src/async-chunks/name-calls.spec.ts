import { describe, expect, it } from 'vitest';
import { canaryNameOf, outputExtensionOf, readResultName, resultNameOf } from './name-calls.js';

describe('The names of asynchronous calls', () => {
  it('are read back from the locations of results', () => {
    const one = { call: 7, try: 12 };

    expect(readResultName(`s3://results/out/${resultNameOf(one)}`)).toEqual(one);
    expect(readResultName(`s3://results/out/${canaryNameOf(3)}`)).toEqual({ canaryOfWave: 3 });
    expect(readResultName('s3://results/out/w-0a1b.json')).toBeUndefined();
    expect(readResultName('s3://results/out/7-12.json.tmp')).toBeUndefined();
  });

  it('are what SageMaker takes', () => {
    expect(resultNameOf({ call: 9_999_999, try: 9_999_999 }).length).toBeLessThanOrEqual(32);
    expect(outputExtensionOf({ tenant: 'acme-1', jobId: 'batch_abc123', chunk: 1 })).toMatch(
      /^[a-zA-Z0-9!_.*'()/-]{1,512}$/,
    );
  });
});
