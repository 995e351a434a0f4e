import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newJobRecord } from '../testing/index.js';
import { RecentRecords } from './recent-records.js';

const MAX_AGE_MS = 1500;

describe('RecentRecords', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function open(answers: (() => Promise<ReturnType<typeof newJobRecord> | undefined>)[] = []) {
    const asked: string[] = [];
    const find = async (tenant: string, jobId: string) => {
      asked.push(`${tenant}/${jobId}`);
      return await (answers.shift() ?? (async () => await Promise.resolve(newJobRecord())))();
    };
    return { records: new RecentRecords({ find }, MAX_AGE_MS), asked };
  }

  it('reads a record once for all who ask at nearly the same time, and again after that', async () => {
    const { records, asked } = open();
    await Promise.all([records.find('acme', 'job_1'), records.find('acme', 'job_1')]);
    vi.advanceTimersByTime(MAX_AGE_MS - 1);
    await records.find('acme', 'job_1');
    expect(asked).toEqual(['acme/job_1']);
    vi.advanceTimersByTime(1);
    await records.find('acme', 'job_1');
    expect(asked).toEqual(['acme/job_1', 'acme/job_1']);
  });

  it('keeps jobs and tenants apart', async () => {
    const { records, asked } = open();
    await records.find('acme', 'job_1');
    await records.find('acme', 'job_2');
    await records.find('beta', 'job_1');
    expect(asked).toEqual(['acme/job_1', 'acme/job_2', 'beta/job_1']);
  });

  it('tells all who asked of a failure, and asks again later', async () => {
    const away = new Error('away');
    const { records } = open([async () => await Promise.reject(away)]);
    const both = await Promise.allSettled([records.find('acme', 'job_1'), records.find('acme', 'job_1')]);
    expect(both).toEqual([
      { status: 'rejected', reason: away },
      { status: 'rejected', reason: away },
    ]);
    vi.advanceTimersByTime(MAX_AGE_MS);
    await expect(records.find('acme', 'job_1')).resolves.toBeDefined();
  });
});
