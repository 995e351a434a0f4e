import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RunningCommand } from '#scripts/testing/running-command';

const scripts = dirname(fileURLToPath(import.meta.url));

/** npm as far as it matters here: notes its call, takes its time, and leaves what an install leaves. */
const NPM = `#!/bin/sh
echo "npm $*" >> calls.txt
if [ -f npm-fails ]; then echo 'npm warn EBADENGINE old node'; echo 'npm error code E404'; echo 'npm error no such package'; exit 1; fi
sleep 0.3
mkdir -p node_modules/.bin node_modules/@typescript/native/bin
ln -sf "$NODE" node_modules/.bin/node
cp tsc.mjs node_modules/@typescript/native/bin/tsc
cp package-lock.json node_modules/.package-lock.json
`;

/** The compiler as far as it matters here. */
const TSC = `
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
appendFileSync('calls.txt', 'tsc ' + process.argv.slice(2).join(' ') + '\\n');
const source = readFileSync('apps/api/src/main.ts', 'utf8');
if (source.includes('BROKEN')) { console.log('apps/api/src/main.ts(1,1): error TS1005: broken.'); process.exit(2); }
mkdirSync('dist/apps/api/src', { recursive: true });
writeFileSync('dist/apps/api/src/main.js', source);
`;

describe('scripts/prepare.mjs', () => {
  let clone: string;

  beforeEach(() => {
    clone = mkdtempSync(join(tmpdir(), 'sluice-prepare-'));
    for (const folder of ['bin', 'apps/api/src', 'libs']) mkdirSync(join(clone, folder), { recursive: true });
    cpSync(join(scripts, 'prepare.mjs'), join(clone, 'scripts/prepare.mjs'));
    cpSync(join(scripts, 'prepare'), join(clone, 'scripts/prepare'), { recursive: true });
    write('bin/npm', NPM);
    chmodSync(join(clone, 'bin/npm'), 0o755);
    write('tsc.mjs', TSC);
    write('package.json', JSON.stringify({ type: 'module', engines: { node: '>=22.19' } }));
    lock('1.0.0');
    write('apps/api/src/main.ts', 'first');
  });

  afterEach(() => rmSync(clone, { recursive: true, force: true }));

  const write = (name: string, text: string): void => writeFileSync(join(clone, name), text);
  const lock = (version: string): void =>
    write(
      'package-lock.json',
      JSON.stringify({
        packages: { '': {}, 'node_modules/a': { version }, 'node_modules/b': { version, optional: true } },
      }),
    );
  const calls = (): string[] => {
    const path = join(clone, 'calls.txt');
    const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
    rmSync(path, { force: true });
    return lines.map((line) => line.split(' ')[0] ?? '');
  };

  function start(...command: string[]): RunningCommand {
    const environment = {
      PATH: [join(clone, 'node_modules', '.bin'), join(clone, 'bin'), '/usr/bin', '/bin'].join(delimiter),
      NODE: process.execPath,
    };
    return new RunningCommand(['scripts/prepare.mjs', ...command], { cwd: clone, environment });
  }

  async function prepare(): Promise<RunningCommand> {
    const running = start();
    const code = await running.ended;
    expect({ code, output: running.output }).toMatchObject({ code: 0 });
    return running;
  }

  it('installs and builds a clean clone, and says nothing when all is there', async () => {
    const first = await prepare();
    expect(calls()).toEqual(['npm', 'tsc']);
    expect(first.output).toMatch(/✓ Installing packages .*\d s\n.*\n?✓ Building/s);

    const second = await prepare();
    expect(calls()).toEqual([]);
    expect(second.output).toBe('');
  });

  it('installs again when the lockfile names other versions, but not for a package of another platform', async () => {
    await prepare();
    calls();
    const installed = JSON.parse(readFileSync(join(clone, 'node_modules/.package-lock.json'), 'utf8')) as {
      packages: Record<string, unknown>;
    };
    delete installed.packages['node_modules/b'];
    write('node_modules/.package-lock.json', JSON.stringify(installed));
    await prepare();
    expect(calls()).toEqual([]);

    lock('2.0.0');
    await prepare();
    expect(calls()).toEqual(['npm', 'tsc']);
  });

  it('installs again after an install that was cut short', async () => {
    await prepare();
    calls();
    rmSync(join(clone, 'node_modules/.package-lock.json'));
    await prepare();
    expect(calls()).toContain('npm');
  });

  it.each([
    ['a source that changed', () => write('apps/api/src/main.ts', 'second')],
    ['a new source', () => write('libs/new.ts', '')],
    ['a source that went away', () => rmSync(join(clone, 'apps/api/src/other.ts'))],
    ['another compiler setting', () => write('tsconfig.json', '{}')],
    ['output that is missing', () => rmSync(join(clone, 'dist'), { recursive: true })],
  ])('builds again for %s', async (_case, change) => {
    write('apps/api/src/other.ts', '');
    await prepare();
    calls();
    change();
    await prepare();
    expect(calls()).toEqual(['tsc']);
  });

  it('does not build again for a test', async () => {
    await prepare();
    calls();
    write('apps/api/src/main.spec.ts', '');
    await prepare();
    expect(calls()).toEqual([]);
  });

  it('shows what npm complains of and nothing else', async () => {
    write('npm-fails', '');
    const failing = start();
    expect(await failing.ended).toBe(1);
    expect(failing.output).toContain('failed: exit code 1');
    expect(failing.output).toContain('npm error code E404\n  npm error no such package');
    expect(failing.output).not.toContain('EBADENGINE');
    expect(failing.output).not.toContain('at ');
  });

  it('shows what the compiler complains of and builds anew the next time', async () => {
    write('apps/api/src/main.ts', 'BROKEN');
    const failing = start();
    expect(await failing.ended).toBe(1);
    expect(failing.output).toContain('apps/api/src/main.ts(1,1): error TS1005: broken.');
    calls();

    const again = start();
    expect(await again.ended).toBe(1);
    expect(calls()).toEqual(['tsc']);
  });

  it('prepares once when two are started at the same time', async () => {
    const both = [start(), start()];
    expect(await Promise.all(both.map(({ ended }) => ended))).toEqual([0, 0]);
    expect(calls()).toEqual(['npm', 'tsc']);
  });

  it('takes over from one that was killed', async () => {
    mkdirSync(join(clone, '.sluice'));
    const killed = start();
    await killed.says('Installing');
    killed.kill('SIGKILL');
    await killed.ended;
    await prepare();
    expect(existsSync(join(clone, '.sluice/prepare.lock'))).toBe(false);
  });

  it('runs a command with the project’s own Node and hands on its arguments and exit code', async () => {
    write('command.mjs', 'console.log(process.argv.slice(2).join("+"), process.execPath); process.exit(7);');
    const running = start('command.mjs', 'a', 'b c');
    expect(await running.ended).toBe(7);
    expect(running.output).toContain(`a+b c ${process.execPath}`);
  });

  it('hands on a signal and waits for the command to end by itself', async () => {
    write(
      'command.mjs',
      'process.on("SIGTERM", () => { console.log("bye"); process.exit(5); }); setInterval(() => {}, 1000); console.log("up");',
    );
    const running = start('command.mjs');
    await running.says('up');
    running.kill('SIGTERM');
    expect(await running.ended).toBe(5);
    expect(running.output).toContain('bye');
  });

  it('says what to install where no Node fits', async () => {
    await prepare();
    rmSync(join(clone, 'node_modules/.bin/node'));
    symlinkSync('/bin/false', join(clone, 'node_modules/.bin/node'));
    write('package.json', JSON.stringify({ type: 'module', engines: { node: '>=99.1' } }));
    const running = start('command.mjs');
    expect(await running.ended).toBe(1);
    expect(running.output).toMatch(/npm installed no Node for .*Install Node 99\.1 or later/);
  });
});
