import { describe, expect, it } from 'vitest';
import { chunkQueueName, queueIds } from './queues.js';

describe('chunkQueueName', () => {
  it('makes a name that BullMQ takes of any endpoint', () => {
    expect(chunkQueueName('http://10.0.0.1:8000/v1')).toBe('sluice-chunks-http---10.0.0.1-8000-v1');
    expect(chunkQueueName('EMD-Model_qwen.v2')).toBe('sluice-chunks-EMD-Model_qwen.v2');
  });
});

describe('queueIds', () => {
  it('gives the same work the same id, and other work another', () => {
    const chunk = { version: 1, tenant: 'acme', jobId: 'batch_1', chunk: 2 } as const;
    expect(queueIds.chunk(chunk)).toBe(queueIds.chunk({ ...chunk }));
    expect(queueIds.chunk(chunk)).not.toBe(queueIds.chunk({ ...chunk, chunk: 3 }));
    const plan = { version: 1, task: 'plan', tenant: 'acme', jobId: 'batch_1' } as const;
    expect(queueIds.control(plan)).not.toBe(queueIds.control({ ...plan, task: 'finish' }));
  });

  it('never uses the colon, which separates Redis keys of BullMQ', () => {
    expect(queueIds.chunk({ version: 1, tenant: 'acme', jobId: 'batch_1', chunk: 2 })).not.toContain(':');
  });
});
