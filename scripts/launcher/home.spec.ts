import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepSecret } from '#scripts/launcher/home';

describe('keepSecret', () => {
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'sluice-home-'));
  });

  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('makes a secret once, for its owner alone, and leaves nothing else behind', async () => {
    const secret = await keepSecret(home, 'api-key', 'sk-');
    expect(secret).toMatch(/^sk-[0-9a-f]{48}$/);
    expect(await keepSecret(home, 'api-key', 'sk-')).toBe(secret);
    expect(readFileSync(join(home, 'api-key'), 'utf8').trim()).toBe(secret);
    expect(statSync(join(home, 'api-key')).mode & 0o777).toBe(0o600);
    expect(readdirSync(home)).toEqual(['api-key']);
  });

  it('takes a secret that someone wrote there and closes it to others', async () => {
    const path = join(home, 'api-key');
    writeFileSync(path, 'my own\n');
    chmodSync(path, 0o644);
    expect(await keepSecret(home, 'api-key', 'sk-')).toBe('my own');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('does not take an empty file for a secret', async () => {
    writeFileSync(join(home, 'api-key'), '\n');
    expect(await keepSecret(home, 'api-key', 'sk-')).toMatch(/^sk-[0-9a-f]{48}$/);
  });
});
