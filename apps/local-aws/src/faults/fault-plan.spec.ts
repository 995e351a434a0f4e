import { describe, expect, it } from 'vitest';
import { FaultPlan } from './fault-plan.js';

describe('FaultPlan', () => {
  it('gives the first fault that fits target, operation and key, and counts it', () => {
    const plan = new FaultPlan();
    plan.add({ id: 'gets', target: 's3', operation: 'GetObject', kind: 'reset' });
    plan.add({ id: 'records', target: 's3', keyPattern: '^t/[^/]+/record$', kind: 'error', status: 500 });
    expect(plan.take('s3', 'GetObject', 't/a/record')?.id).toBe('gets');
    expect(plan.take('s3', 'PutObject', 't/a/record')).toMatchObject({ id: 'records', status: 500 });
    expect(plan.take('s3', 'PutObject', 't/a/b/record')).toBeUndefined();
    expect(plan.take('s3', 'ListObjectsV2')).toBeUndefined();
    expect(plan.take('chat-endpoint', 'GetObject', 't/a/record')).toBeUndefined();
    expect(plan.list().map(({ id, fired }) => [id, fired])).toEqual([
      ['gets', 1],
      ['records', 1],
    ]);
  });

  it('fires as often as it was told and then lets the next one have its turn', () => {
    const plan = new FaultPlan();
    plan.add({ id: 'twice', target: 's3', kind: 'error', times: 2 });
    plan.add({ id: 'always', target: 's3', kind: 'slow' });
    const taken = [1, 2, 3, 4].map(() => plan.take('s3', 'PutObject', 'k')?.id);
    expect(taken).toEqual(['twice', 'twice', 'always', 'always']);
    expect(plan.list()[0]).toMatchObject({ id: 'twice', fired: 2 });
  });

  it('lets as many matching requests pass as it was told, and none of the others counts', () => {
    const plan = new FaultPlan();
    plan.add({ id: 'third', target: 's3', operation: 'PutObject', kind: 'stall', skip: 2, times: 1 });
    const taken = ['PutObject', 'GetObject', 'PutObject', 'GetObject', 'PutObject', 'PutObject'].map(
      (operation) => plan.take('s3', operation, 'k')?.id,
    );
    expect(taken).toEqual([undefined, undefined, undefined, undefined, 'third', undefined]);
    expect(plan.list()[0]).toMatchObject({ id: 'third', fired: 1 });
  });

  it('fires once for each key where that was asked for', () => {
    const plan = new FaultPlan();
    plan.add({ target: 's3', operation: 'PutObject', kind: 'answer-lost', oncePerKey: true });
    const fired = ['a', 'b', 'a', 'b', 'c', 'a'].map((key) => plan.take('s3', 'PutObject', key) !== undefined);
    expect(fired).toEqual([true, true, false, false, true, false]);
    expect(plan.take('s3', 'PutObject')).toBeUndefined();
  });

  it('draws the same sequence for the same seed, at about the probability asked for', () => {
    const draw = (seed: number): string => {
      const plan = new FaultPlan();
      plan.add({ target: 's3', kind: 'error', probability: 0.3, seed });
      return Array.from({ length: 1000 }, () => (plan.take('s3', 'GetObject', 'k') ? 'x' : '.')).join('');
    };
    const fired = draw(7).replaceAll('.', '').length;
    expect(draw(7)).toBe(draw(7));
    expect(draw(8)).not.toBe(draw(7));
    expect(fired).toBeGreaterThan(250);
    expect(fired).toBeLessThan(350);
  });

  it('ends by itself after its duration', () => {
    let nowMs = 1000;
    const plan = new FaultPlan(() => nowMs);
    plan.add({ target: 'chat', kind: 'no-capacity', durationMs: 500 });
    nowMs = 1499;
    expect(plan.take('chat', 'InvokeEndpoint')).toBeDefined();
    nowMs = 1500;
    expect(plan.take('chat', 'InvokeEndpoint')).toBeUndefined();
  });

  it('forgets a fault that is removed and all of them when it is cleared', () => {
    const plan = new FaultPlan();
    const id = plan.add({ target: 's3', kind: 'reset' });
    expect(plan.remove(id)).toBe(true);
    expect(plan.remove(id)).toBe(false);
    expect(plan.take('s3', 'GetObject', 'k')).toBeUndefined();
    plan.add({ target: 's3', kind: 'reset' });
    plan.clear();
    expect(plan.list()).toEqual([]);
  });

  it('refuses what it could not apply', () => {
    const plan = new FaultPlan();
    expect(() => plan.add({ target: 's3', kind: 'error', keyPattern: '(' })).toThrow(TypeError);
    expect(() => plan.add({ target: 's3', kind: 'error', probability: 1.5 })).toThrow(RangeError);
    expect(plan.list()).toEqual([]);
  });
});
