import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writePrivateFile } from './write-private-file.js';

describe('writePrivateFile', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'sluice-private-'))));
  afterEach(async () => await rm(folder, { recursive: true }));

  it('makes a file, and the folders above it, that its owner alone may read', async () => {
    const path = join(folder, 'a', 'b', 'keys.json');
    await writePrivateFile(path, 'one');
    await writePrivateFile(path, 'two');
    expect(await readFile(path, 'utf8')).toBe('two');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('leaves one whole content and no drafts when many write at once', async () => {
    const path = join(folder, 'keys.json');
    const contents = Array.from({ length: 20 }, (_, index) => String(index).repeat(100_000 + index));
    await Promise.all(contents.map(async (text) => await writePrivateFile(path, text)));
    expect(contents).toContain(await readFile(path, 'utf8'));
    expect(await readdir(folder)).toEqual(['keys.json']);
  });

  it('leaves no draft when it fails', async () => {
    await mkdir(join(folder, 'keys.json'));
    await expect(writePrivateFile(join(folder, 'keys.json'), 'text')).rejects.toMatchObject({
      syscall: 'rename',
    });
    expect(await readdir(folder)).toEqual(['keys.json']);
  });
});
