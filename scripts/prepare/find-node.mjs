import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrepareError } from './prepare-error.mjs';

const VERSION_TIMEOUT_MS = 10_000;

/**
 * The Node that npm installed for this platform, or the running one where no platform package fits and it is new enough.
 *
 * @param {string} root folder of the clone
 * @returns {string} path of an executable
 */
export function findNode(root) {
  const installed = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (existsSync(installed) && runs(installed)) return installed;
  const required =
    /\d+\.\d+/.exec(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).engines.node)?.[0] ?? '';
  if (isAtLeast(process.versions.node, required)) return process.execPath;
  throw new PrepareError(
    `npm installed no Node for ${process.platform}-${process.arch}, and this machine's own is ${process.version}. ` +
      `Install Node ${required} or later and run the command again.`,
  );
}

/** The platform packages are built for glibc: on musl the file is there and does not run. */
function runs(executable) {
  try {
    execFileSync(executable, ['--version'], {
      stdio: 'ignore',
      timeout: VERSION_TIMEOUT_MS,
      shell: process.platform === 'win32',
    });
    return true;
  } catch {
    return false;
  }
}

function isAtLeast(version, required) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [requiredMajor = 0, requiredMinor = 0] = required.split('.').map(Number);
  return major > requiredMajor || (major === requiredMajor && minor >= requiredMinor);
}
