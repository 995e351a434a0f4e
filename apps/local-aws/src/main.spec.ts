import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const sources = import.meta.dirname;
const held: { folder: string; readonly started: ChildProcess[] } = { folder: '', started: [] };

beforeAll(async () => {
  held.folder = await mkdtemp(join(tmpdir(), 'sluice-main-'));
});
afterAll(async () => {
  for (const child of held.started) child.kill('SIGKILL');
  await rm(held.folder, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
  readonly exit: Promise<unknown[]>;
}

function run(environment: Record<string, string>): Run {
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--import',
      join(sources, 'testing/run-sources.mjs'),
      join(sources, 'main.ts'),
    ],
    {
      env: {
        PATH: process.env['PATH'],
        LOCAL_AWS_PORT: '0',
        LOCAL_AWS_DATA: join(held.folder, 'data'),
        ...environment,
      },
    },
  );
  held.started.push(child);
  let output = '';
  let errors = '';
  child.stdout.on('data', (piece: Buffer) => (output += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (errors += piece.toString()));
  return { child, output: () => output, errors: () => errors, exit: once(child, 'close') };
}

describe('the process of local-aws', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('says when it is ready, and stops on %s', async (signal) => {
    const { child, output, errors, exit } = run({});
    await expect.poll(output, { timeout: 20_000 }).toMatch(/^local-aws is ready at http:\/\/127\.0\.0\.1:\d+\n$/);
    const url = /http:\S+/.exec(output())?.[0];
    expect(await (await fetch(`${url}/_control/health`)).json()).toEqual({ status: 'ok' });
    child.kill(signal);
    expect(await exit).toEqual([0, null]);
    expect(errors()).toBe('');
  });

  it('ends with one clear line where its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { exit, errors } = run({ LOCAL_AWS_PORT: String(port) });
    expect(await exit).toEqual([1, null]);
    expect(errors()).toBe(`local-aws: cannot listen on port ${port} of 127.0.0.1: it is taken by another process\n`);
    other.close();
  });

  it('ends with one clear line where its folder cannot be written', async () => {
    const file = join(held.folder, 'a-file');
    await writeFile(file, '');
    const { exit, errors } = run({ LOCAL_AWS_DATA: join(file, 'data') });
    expect(await exit).toEqual([1, null]);
    expect(errors()).toMatch(/^local-aws: cannot use the data folder .*a-file\/data: ENOTDIR.*\n$/);
  });

  it('ends with one clear line where a setting is wrong', async () => {
    const { exit, errors } = run({ LOCAL_AWS_PORT: 'many' });
    expect(await exit).toEqual([1, null]);
    expect(errors()).toBe('local-aws: LOCAL_AWS_PORT must be a whole number of at most 65535, not many\n');
  });
});
