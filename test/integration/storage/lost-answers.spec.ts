import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RecordStore } from '#storage';
import { startLocalS3, type LocalS3 } from './start-local-s3.js';

interface Counter {
  readonly count: number;
}

const increment = ({ count }: Counter): Counter => ({ count: count + 1 });

let s3: LocalS3;
beforeAll(async () => {
  s3 = await startLocalS3();
});
afterEach(() => {
  s3.faults.clear();
});
afterAll(() => s3.close());

describe.each([
  ['the SDK repeats the write', 3],
  ['the loss is reported', 1],
])('records, when the answer to the first write of every key is lost and %s', (_, maxAttempts) => {
  const openRecords = (): RecordStore => new RecordStore(s3.openStore({ maxAttempts }));
  const loseAnswers = (kind: 'answer-lost' | 'answer-error'): string =>
    s3.faults.add({ target: 's3', operation: 'PutObject', kind, oncePerKey: true });

  it.each(['answer-lost', 'answer-error'] as const)('are created once (%s)', async (kind) => {
    const records = openRecords();
    loseAnswers(kind);
    const keys = Array.from({ length: 20 }, (__, index) => `create/${maxAttempts}/${kind}/${index}`);
    const created = await Promise.all(keys.map((key) => records.create(key, { key })));
    created.forEach((record, index) => expect(record).toMatchObject({ revision: 1, value: { key: keys[index] } }));
    const again = records.create(keys[0] ?? '', { key: 'other' });
    await expect(again).rejects.toMatchObject({ reason: 'conflict' });
  });

  it('are committed by exactly one of several attempts', async () => {
    loseAnswers('answer-lost');
    const attempts = [1, 2, 3, 4].map((attempt) => ({ attempt, records: openRecords() }));
    for (let chunk = 0; chunk < 10; chunk++) {
      const key = `commit/${maxAttempts}/${chunk}`;
      const commits = await Promise.all(attempts.map(({ attempt, records }) => records.commitOnce(key, { attempt })));
      const winners = commits.filter(({ won }) => won);
      expect(winners).toHaveLength(1);
      commits.forEach(({ value }) => expect(value).toEqual(winners[0]?.value));
      expect((await openRecords().read(key))?.value).toEqual(winners[0]?.value);
    }
  });

  it('are updated once for each update', async () => {
    const key = `update/${maxAttempts}`;
    await openRecords().create<Counter>(key, { count: 0 });
    loseAnswers('answer-lost');
    expect(await openRecords().update<Counter>(key, increment)).toMatchObject({ value: { count: 1 }, revision: 2 });
  });
});

describe('records, when every other write’s answer is lost', () => {
  it('count every update of several writers exactly once', async () => {
    const key = 'update/often';
    const openRecords = (): RecordStore => new RecordStore(s3.openStore());
    await openRecords().create<Counter>(key, { count: 0 });
    const fault = s3.faults.add({
      target: 's3',
      operation: 'PutObject',
      kind: 'answer-lost',
      probability: 0.5,
      seed: 7,
    });
    const writers = Array.from({ length: 4 }, async () => {
      const records = openRecords();
      for (let update = 0; update < 10; update++) await records.update<Counter>(key, increment, { maxAttempts: 100 });
    });
    await Promise.all(writers);
    expect(s3.faults.list().find(({ id }) => id === fault)?.fired).toBeGreaterThan(10);
    expect(await openRecords().read(key)).toMatchObject({ value: { count: 40 }, revision: 41 });
  });
});
