import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** A part that serves, and notes its start and its end in order with all others. */
const PART = `
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
const name = import.meta.url.split('/').at(-3);
const port = { api: 'PORT', worker: 'WORKER_PORT', 'local-aws': 'LOCAL_AWS_PORT' }[name];
const note = (what) => appendFileSync(process.env.SLUICE_NOTES, name + ' ' + what + '\\n');
note('started ' + process.pid);
if (process.env.SLUICE_BREAK === name) { console.error(name + ' is broken on purpose'); process.exit(3); }
const models = JSON.stringify({ data: [{ id: 'talker/dev', type: 'chat' }] });
createServer((request, response) => {
  if (request.url === '/die') process.exit(4);
  response.end(models);
}).listen(Number(process.env[port]), '127.0.0.1');
process.on('SIGTERM', () => { note('stopped'); process.exit(0); });
`;

export interface FakeClone {
  readonly root: string;
  /** File in which the parts note what they do. */
  readonly notes: string;
  remove(): void;
}

/** A folder with our scripts and packages, whose apps are small stand-ins: what is tested is how they are run. */
export function createFakeClone(): FakeClone {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-clone-'));
  cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true });
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const app of ['api', 'worker', 'local-aws']) {
    const source = join(folder, 'dist', 'apps', app, 'src');
    mkdirSync(source, { recursive: true });
    writeFileSync(join(source, 'main.js'), PART);
  }
  return {
    root: folder,
    notes: join(folder, 'notes.txt'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
