import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readArguments } from '#scripts/example/read-arguments';

describe('readArguments', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sluice-arguments-'));
    mkdirSync(join(root, 'docs'));
    for (const name of ['README.md', 'docs/b.md', 'docs/a.md', 'docs/c.txt']) writeFileSync(join(root, name), '');
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const read = (...args: string[]): { files: string[]; question: string } => {
    const { files, question } = readArguments(args, join(root, 'docs'), root);
    return { files: files.map((file) => file.slice(root.length + 1)), question };
  };

  it('takes the project’s own documents and a question of its own when nothing is said', () => {
    expect(read()).toEqual({
      files: ['README.md', 'docs/a.md', 'docs/b.md'],
      question: 'What happens to accepted jobs when Redis is emptied?',
    });
  });

  it('takes files from where npm was called, and the last word as the question', () => {
    expect(read('c.txt', 'a.md', 'Why?')).toEqual({ files: ['docs/c.txt', 'docs/a.md'], question: 'Why?' });
  });

  it('takes a question alone', () => {
    expect(read('Why?')).toMatchObject({ files: ['README.md', 'docs/a.md', 'docs/b.md'], question: 'Why?' });
  });

  it('takes files alone', () => {
    expect(read('a.md', 'b.md').files).toEqual(['docs/a.md', 'docs/b.md']);
  });

  it('names a file that is not there', () => {
    expect(() => read('missing.md', 'Why?')).toThrow('missing.md is no file');
  });
});
