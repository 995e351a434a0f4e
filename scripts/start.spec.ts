import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFreePort } from '#scripts/launcher/ports';
import { createFakeClone, type FakeClone } from '#scripts/testing/fake-clone';
import { RunningCommand, until } from '#scripts/testing/running-command';

describe('npm start', () => {
  let clone: FakeClone;
  let port: number;
  const started: RunningCommand[] = [];

  beforeEach(async () => {
    clone = createFakeClone();
    port = await findFreePort();
  });

  afterEach(async () => {
    for (const command of started.splice(0)) {
      command.kill('SIGKILL');
      await command.ended;
    }
    await until(
      () => running().length === 0,
      () => `still running: ${running().join(', ')}`,
    );
    clone.remove();
  });

  // No PATH: the Redis is the stand-in on every machine.
  function start(environment: NodeJS.ProcessEnv = {}): RunningCommand {
    const all = { PORT: String(port), SLUICE_NOTES: clone.notes, ...environment };
    const command = new RunningCommand(['scripts/start.ts'], { cwd: clone.root, environment: all });
    started.push(command);
    return command;
  }

  const notes = (): string[] =>
    existsSync(clone.notes) ? readFileSync(clone.notes, 'utf8').trimEnd().split('\n') : [];
  const stops = (): string[] => notes().filter((note) => note.endsWith('stopped'));
  const inHome = (name: string): string => join(clone.root, '.sluice', name);

  function running(): number[] {
    const pids = notes().flatMap((note) => Number(/started (\d+)/.exec(note)?.[1] ?? []) || []);
    return pids.filter((pid) => {
      // An orphan that has ended may stand in the process table for as long as nobody reaps it.
      const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '';
      return stat !== '' && !stat.includes(') Z');
    });
  }

  it('starts every part and prints what a caller needs', async () => {
    const command = start();
    await command.says('Ctrl-C');
    const key = readFileSync(inHome('api-key'), 'utf8').trim();

    for (const part of ['redis', 'local-aws', 'worker', 'api'])
      expect(command.output).toMatch(new RegExp(`✓ ${part} .* s\n`));
    expect(command.output).toContain('stand-in (development only; state is not kept)');
    expect(command.output).toContain(`Base URL   http://127.0.0.1:${port}/v1`);
    expect(command.output).toContain(`API key    ${key}`);
    expect(command.output).toContain('talker/dev');
    expect(statSync(inHome('api-key')).mode & 0o777).toBe(0o600);
    expect(statSync(inHome('key-pepper')).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(inHome('run.json'), 'utf8'))).toMatchObject({
      pid: command.pid,
      baseUrl: `http://127.0.0.1:${port}/v1`,
    });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'stops all parts in order at %s and keeps the key for the next start',
    async (signal) => {
      const first = start();
      await first.says('Ctrl-C');
      const key = readFileSync(inHome('api-key'), 'utf8');
      first.kill(signal);
      expect(await first.ended).toBe(0);
      expect(stops()).toEqual(['api stopped', 'worker stopped', 'local-aws stopped']);
      expect(existsSync(inHome('run.json'))).toBe(false);

      const second = start();
      await second.says('Ctrl-C');
      expect(readFileSync(inHome('api-key'), 'utf8')).toBe(key);
    },
  );

  it('leaves nothing running when it is killed, and its parts still end in order', async () => {
    const command = start();
    await command.says('Ctrl-C');
    command.kill('SIGKILL');
    await until(
      () => stops().length === 3,
      () => `only these stopped: ${stops().join()}`,
    );

    expect(stops()).toEqual(['api stopped', 'worker stopped', 'local-aws stopped']);
    // The folder is free again, whatever the dead one left in it.
    await start().says('Ctrl-C');
  });

  it('says in one line that the port is taken, before anything is started', async () => {
    const holder = await listen(port);
    const command = start();
    expect(await command.ended).toBe(1);
    holder.close();

    expect(command.output.trimEnd().split('\n')).toHaveLength(1);
    expect(command.output).toContain(`Port ${port} on 127.0.0.1 is taken`);
    expect(command.output).toContain(`PORT=${port + 1} npm start`);
    expect(notes()).toEqual([]);
  });

  it('refuses a second start in the same folder and says where the first one is', async () => {
    await start().says('Ctrl-C');
    const second = start({ PORT: String(await findFreePort()) });
    expect(await second.ended).toBe(1);
    expect(second.output).toContain(`already runs in ${join(clone.root, '.sluice')} at http://127.0.0.1:${port}/v1`);
  });

  it('says in one line that the folder cannot be written', async () => {
    const taken = join(clone.root, 'taken');
    writeFileSync(taken, '');
    const command = start({ SLUICE_HOME: taken });
    expect(await command.ended).toBe(1);
    expect(command.output.trimEnd().split('\n')).toHaveLength(1);
    expect(command.output).toContain('cannot be written');
    expect(command.output).toContain('SLUICE_HOME=');
  });

  it('shows the log of a part that fails at its start and stops the others', async () => {
    const command = start({ SLUICE_BREAK: 'worker' });
    expect(await command.ended).toBe(1);
    expect(command.output).toContain('✗ worker ended with exit code 3');
    expect(command.output).toContain('worker is broken on purpose');
  });

  it('ends with an error when a part dies later', async () => {
    const command = start();
    await command.says('Ctrl-C');
    await fetch(`http://127.0.0.1:${port}/die`).catch(() => undefined);
    expect(await command.ended).toBe(1);
    expect(command.output).toContain('✗ api ended with exit code 4');
    expect(stops()).toEqual(['worker stopped', 'local-aws stopped']);
  });

  it('says when the Redis of REDIS_URL does not answer, without its password', async () => {
    const command = start({ REDIS_URL: `redis://:secret@127.0.0.1:${await findFreePort()}` });
    expect(await command.ended).toBe(1);
    expect(command.output).toMatch(/Redis at redis:\/\/127\.0\.0\.1:\d+ \(REDIS_URL\) does not answer: .*ECONNREFUSED/);
    expect(command.output).not.toContain('secret');
  });
});

function listen(port: number): Promise<Server> {
  const server = createServer();
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}
