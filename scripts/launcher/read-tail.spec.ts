import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readTail } from '#scripts/launcher/read-tail';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-tail-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('shows the last lines of a long log, indented', () => {
  const path = join(folder, 'long.log');
  writeFileSync(path, Array.from({ length: 5000 }, (_, line) => `line ${line}\n`).join(''));
  const lines = readTail(path).split('\n');
  expect(lines).toHaveLength(20);
  expect(lines.at(0)).toBe('  line 4980');
  expect(lines.at(-1)).toBe('  line 4999');
});

it('says that a log is empty', () => {
  writeFileSync(join(folder, 'empty.log'), '');
  expect(readTail(join(folder, 'empty.log'))).toBe('  (the log is empty)');
});
