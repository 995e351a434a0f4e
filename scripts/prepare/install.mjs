import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runStep } from './run-step.mjs';

/**
 * Whether node_modules holds what package-lock.json names. npm writes the list of what it installed last of all, so an
 * install that was cut short has none.
 *
 * @param {string} root folder of the clone
 */
export function isInstalled(root) {
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return false;
  const wanted = readPackages(join(root, 'package-lock.json')) ?? {};
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    // Optional packages of other platforms stay away; '' is the project itself.
    if (path === '' || (optional === true && installed[path] === undefined)) return true;
    return installed[path]?.version === version;
  });
}

/**
 * `npm install` with the lockfile's exact versions and digests. Not `npm ci`: that refuses a lockfile that lacks an optional
 * package of some other platform, which happens wherever a registry does not carry all of them.
 *
 * @param {string} root folder of the clone
 */
export async function install(root) {
  await runStep({
    root,
    name: 'install',
    title: 'Installing packages (npm install)',
    command: 'npm',
    // Build and tests need all of them, whatever NODE_ENV and the machine's npm settings leave out.
    args: ['install', '--no-save', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--no-progress'],
    // node-av comes with FFmpeg inside; it would fetch the command, too, which nothing here runs.
    environment: { ...process.env, SKIP_FFMPEG: 'true', PATH: pathWithoutOurs(root) },
    // The rest are warnings, most of them about the machine's own Node, on which only npm runs.
    isCause: (line) => line.startsWith('npm error'),
  });
}

function readPackages(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

/** `npm run` puts our own Node first on PATH; npm must not run on a Node that it is about to delete. */
function pathWithoutOurs(root) {
  const ours = join(root, 'node_modules', '.bin');
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== ours)
    .join(delimiter);
}
