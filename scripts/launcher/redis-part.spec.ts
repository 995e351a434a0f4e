import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Part } from '#scripts/launcher/part';
import { findFreePort } from '#scripts/launcher/ports';
import { whyRedisIsNotOk } from '#scripts/launcher/probes';
import { findRedisServer, planRedis } from '#scripts/launcher/redis-part';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

describe('the Redis of a system', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-redis-part-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is redis-server before valkey-server, wherever on PATH they stand', () => {
    const program = (name: string): string => {
      writeFileSync(join(folder, name), '');
      chmodSync(join(folder, name), 0o755);
      return join(folder, name);
    };
    const environment = { PATH: ['/nowhere', folder].join(delimiter) };
    expect(findRedisServer(environment)).toBeUndefined();
    const valkey = program('valkey-server');
    expect(findRedisServer(environment)).toBe(valkey);
    const redis = program('redis-server');
    expect(findRedisServer(environment)).toBe(redis);
  });

  it('keeps what it holds only on request and never evicts', () => {
    const plan = (isKept: boolean): string =>
      planRedis({ port: 1, dataFolder: folder, isKept, server: '/bin/redis-server', environment: {} }).command.join(
        ' ',
      );
    expect(plan(true)).toContain(`--dir ${folder} --appendonly yes`);
    expect(plan(false)).toContain('--appendonly no');
    expect(plan(false)).toContain('--maxmemory-policy noeviction');
  });

  it('without a server is the stand-in, which answers on loopback alone', async () => {
    const port = await findFreePort();
    const plan = planRedis({ port, dataFolder: folder, isKept: false, server: undefined, environment: process.env });
    const part = new Part(plan, root, join(folder, 'redis.log'));
    try {
      await part.waitUntilReady(20_000, new AbortController().signal);
      expect(await whyRedisIsNotOk(`redis://127.0.0.1:${port}`)).toBeUndefined();
      await expect(whyRedisIsNotOk(`redis://[::1]:${port}`)).rejects.toThrow('ECONNREFUSED');
    } finally {
      await part.stop();
    }
  });
});
