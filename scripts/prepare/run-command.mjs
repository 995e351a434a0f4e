import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { watchAncestors } from './watch-ancestors.mjs';

/**
 * Runs `node …command` in the foreground and hands on signals and exit code.
 *
 * @param {string} node
 * @param {string[]} command
 * @param {string} folder that it runs in
 * @returns {Promise<number>} exit code
 */
export function runCommand(node, command, folder) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, command, { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' });
    const handOn = (signal) => child.kill(signal);
    // A terminal sends Ctrl-C to the child as well; a second one would count as impatience.
    process.on('SIGINT', () => (process.stdin.isTTY ? undefined : handOn('SIGINT')));
    process.on('SIGTERM', handOn);
    process.on('SIGHUP', handOn);
    const stopWatching = watchAncestors(() => handOn('SIGTERM'));
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      stopWatching();
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}
