import { describe, expect, it } from 'vitest';
import { MemoryObjectStore } from './index.js';
import { describeObjectStore } from './object-store.contract.js';

describeObjectStore('MemoryObjectStore', () =>
  Promise.resolve({ store: new MemoryObjectStore(), close: () => Promise.resolve() }),
);

describe('the switches of MemoryObjectStore', () => {
  it('fails as many calls of an operation as were asked for, without effect', async () => {
    const store = new MemoryObjectStore();
    store.failNext('put', 2);
    await expect(store.put('key', 'one')).rejects.toMatchObject({ reason: 'storage_unavailable', retryable: true });
    await expect(store.put('key', 'two')).rejects.toMatchObject({ reason: 'storage_unavailable' });
    await expect(store.head('key')).rejects.toMatchObject({ reason: 'not_found' });
    await store.put('key', 'three');
    expect((await store.get('key')).body.toString()).toBe('three');
  });

  it('answers the repetition of a write whose answer was lost, once for each key', async () => {
    const store = new MemoryObjectStore();
    store.loseAnswers();
    const first = store.put('key', 'ours', { condition: { absent: true } });
    await expect(first).rejects.toMatchObject({ reason: 'precondition_failed' });
    const { body, etag } = await store.get('key');
    expect(body.toString()).toBe('ours');
    await store.put('key', 'next', { condition: { etag } });
  });

  it('reports a lost answer as such where asked to', async () => {
    const store = new MemoryObjectStore();
    store.loseAnswers('reported');
    await expect(store.put('key', 'ours')).rejects.toMatchObject({ reason: 'storage_unavailable' });
    expect((await store.get('key')).body.toString()).toBe('ours');
  });
});
