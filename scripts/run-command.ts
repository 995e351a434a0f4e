/** Runs one foreign program, `run-command.ts <program> [arguments…]`, and stops it when the launcher is gone. */
import { spawn } from 'node:child_process';
import { onOrphaned } from '#scripts/launcher/on-orphaned';

const [program, ...args] = process.argv.slice(2);
if (program === undefined) throw new Error('usage: run-command.ts <program> [arguments…]');
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
const stop = (): void => {
  child.kill('SIGTERM');
};
process.on('SIGTERM', stop);
onOrphaned(stop);
child.on('error', (error) => {
  process.stderr.write(`${program}: ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  if (signal !== null) process.stderr.write(`${program} was ended by ${signal}\n`);
  process.exit(code ?? 1);
});
