import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrepareError } from './prepare-error.mjs';
import { startProgress } from './progress.mjs';

const SHOWN_LINES = 20;

/**
 * Runs one command of the preparation: its output goes to `.sluice/logs/<name>.log`, the terminal shows how long it takes.
 *
 * @param {object} step
 * @param {string} step.root folder of the clone
 * @param {string} step.name
 * @param {string} step.title
 * @param {string} step.command
 * @param {string[]} step.args
 * @param {NodeJS.ProcessEnv} step.environment
 * @param {(line: string) => boolean} step.isCause lines of the log that say why it failed
 */
export async function runStep({ root, name, title, command, args, environment, isCause }) {
  const folder = join(root, '.sluice', 'logs');
  const log = join(folder, `${name}.log`);
  mkdirSync(folder, { recursive: true });
  const output = openSync(log, 'w');
  const progress = startProgress(title);
  try {
    const failure = await run(command, args, { cwd: root, env: environment, output });
    progress.end(failure === undefined);
    if (failure === undefined) return;
    throw new PrepareError([`${title} failed: ${failure}. From ${log}:`, ...tellingLines(log, isCause)].join('\n  '));
  } finally {
    closeSync(output);
  }
}

/** The first lines that name a cause, or the last of all where none does. */
function tellingLines(log, isCause) {
  const lines = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const causes = lines.filter(isCause);
  return causes.length > 0 ? causes.slice(0, SHOWN_LINES) : lines.slice(-SHOWN_LINES);
}

function run(command, args, { cwd, env, output }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', output, output],
      // npm is a .cmd file on Windows, and those need a shell.
      shell: process.platform === 'win32',
    });
    const stop = (signal) => child.kill(signal);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
    const settle = (failure) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, stop);
      resolve(failure);
    };
    child.on('error', (error) => settle(error.code === 'ENOENT' ? `'${command}' is not on PATH` : error.message));
    child.on('exit', (code, signal) => settle(code === 0 ? undefined : `exit code ${code ?? signal}`));
  });
}
