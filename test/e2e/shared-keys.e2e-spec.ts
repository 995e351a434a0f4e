import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHAT_MODEL } from './support/clients.js';
import { startReplicas, type Replicas } from './support/replicas.js';
import { runKeys } from './support/run-keys.js';

const POLL_MS = 100;
/** What is promised of a revocation. */
const REVOKED_WITHIN_MS = 10_000;

describe('Keys in the object store', () => {
  let replicas: Replicas;
  const made: string[] = [];
  beforeAll(async () => {
    const environment = { SLUICE_KEYS_STORE: 's3', SLUICE_KEYS_FILE: '', SLUICE_LOG_LEVEL: 'debug' };
    replicas = await startReplicas(2, { environment });
  });
  afterAll(async () => {
    await replicas?.stop();
  });

  const run = (...args: string[]): Promise<string> => runKeys(replicas.environment, ...args);
  const create = async (...args: string[]): Promise<{ id: string; key: string }> => {
    const output = await run('create', ...args);
    const key = /sk-sluice-[\w-]{32}/.exec(output)?.[0] ?? '';
    made.push(key);
    return { id: /key_\w+/.exec(output)?.[0] ?? '', key };
  };
  const chat = async (url: string | undefined, key: string): Promise<number> => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: CHAT_MODEL, messages: [{ role: 'user', content: 'Reply with exactly: hello' }] }),
    });
    await response.arrayBuffer();
    return response.status;
  };
  const untilAll = async (key: string, status: number): Promise<void> => {
    const giveUpAt = Date.now() + REVOKED_WITHIN_MS;
    for (const url of replicas.urls) {
      let last = 0;
      while ((last = await chat(url, key)) !== status) {
        if (Date.now() > giveUpAt) throw new Error(`${url} still answers ${last} instead of ${status}`);
        await delay(POLL_MS);
      }
    }
  };

  it('work on every process within ten seconds of being made, and are refused within ten of being revoked', async () => {
    const { id, key } = await create('--tenant', 'acme');
    await untilAll(key, 200);
    expect(await run('list')).toMatch(new RegExp(`${id} +acme .*works`));
    await run('revoke', id);
    await untilAll(key, 401);
  });

  it('are known to a start while S3 is down', async () => {
    const { key } = await create();
    await untilAll(key, 200);
    await replicas.control.addFault({ target: 's3', kind: 'reset' });
    await replicas.restart(0);
    expect(await chat(replicas.urls[0], key)).toBe(200);
    expect(await chat(replicas.urls[0], `${key}x`)).toBe(401);
    await replicas.control.clearFaults();
  });

  it('are not to be had from what is stored, and never stand in a log', async () => {
    const { id, key } = await create('--tenant', 'acme', '--routes', 'bulk');
    await untilAll(key, 403);
    const wrong = `sk-sluice-canary-${id}`;
    made.push(wrong);
    expect(await chat(replicas.urls[0], wrong)).toBe(401);
    const listed = JSON.parse(await run('list', '--json')) as { id: string }[];
    expect(listed.find((candidate) => candidate.id === id)).not.toHaveProperty('hash');
    // The access log is written in pieces, so the last lines come a little later.
    await expect.poll(async () => (await replicas.logs()).includes(id), { timeout: 10_000 }).toBe(true);
    const logs = await replicas.logs();
    expect(made.filter((secret) => logs.includes(secret))).toEqual([]);
  });
});
