import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitUntil } from '../testing/wait-until.js';
import { createBufferedOutput } from './buffered-output.js';

describe('buffered output', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-log-'));
    path = join(folder, 'access.log');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('holds a line back and writes it when it is flushed', async () => {
    const output = createBufferedOutput(path);
    output.write('one\n');
    expect(await readFile(path, 'utf8')).toBe('');
    output.flush();
    expect(await readFile(path, 'utf8')).toBe('one\n');
  });

  it('writes by itself after a while, and at once when there is much', async () => {
    const output = createBufferedOutput(path);
    output.write('one\n');
    await waitUntil(async () => (await readFile(path, 'utf8')) === 'one\n', 'the line is written');
    const line = `${'x'.repeat(99)}\n`;
    for (let count = 0; count < 400; count++) output.write(line);
    expect((await readFile(path, 'utf8')).length).toBeGreaterThan(32_000);
    output.flush();
    expect((await readFile(path, 'utf8')).length).toBe(40_004);
  });
});
