import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSystem, type System } from '../setup/processes.js';
import { askEverything, send } from './support/clients.js';

describe('Realtime never waits for bulk', () => {
  let system: System;

  beforeEach(async () => {
    system = await startSystem();
  });

  afterEach(async () => {
    await system?.stop();
  });

  it('chat, embeddings and rerank answer while Redis and S3 are both stopped', async () => {
    await system.addFault({ target: 's3', kind: 'reset' });
    await system.kill('redis', 'SIGKILL');

    await expect(askEverything(system)).resolves.toBeUndefined();
  });

  it('chat, embeddings and rerank answer while Redis and S3 both hang', async () => {
    await system.addFault({ target: 's3', kind: 'stall' });
    await system.kill('redis', 'SIGSTOP');

    await expect(askEverything(system)).resolves.toBeUndefined();
    await system.kill('redis', 'SIGCONT');
  });

  it('an api that starts without Redis and S3 serves realtime, and /ready says what is missing', async () => {
    await system.addFault({ target: 's3', kind: 'reset' });
    await system.kill('redis', 'SIGKILL');
    await system.kill('api', 'SIGKILL');
    await system.restart('api', { waitFor: '/ready?scope=realtime' });

    await expect(askEverything(system)).resolves.toBeUndefined();
    const ready = await send(system, '/ready');
    expect(ready.status).toBe(503);
    expect(ready.text).toContain('redis');
    expect(ready.text).toContain('object-store');
  });
});
