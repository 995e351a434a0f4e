import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { System } from '../../../setup/processes.js';

const TIMEOUT_MS = 60_000;
const python = process.env['SLUICE_TEST_PYTHON'] ?? 'python3';

/** Whether the machine's Python has a package; SLUICE_TEST_PYTHON names another Python. */
export function hasPackage(name: 'openai' | 'requests'): boolean {
  try {
    execFileSync(python, ['-c', `import ${name}`], { stdio: 'ignore', timeout: TIMEOUT_MS });
    return true;
  } catch {
    return false;
  }
}

/** Runs a snippet as its reader would, in a folder that holds `files`. @returns what it prints */
export async function runPython(
  system: System,
  snippet: string,
  files: Readonly<Record<string, Uint8Array>> = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-python-'));
  try {
    for (const [path, bytes] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
    const code = snippet.replaceAll('https://BASE_URL', system.baseUrl).replaceAll('YOUR_API_KEY', system.apiKey);
    // The first snippet gives no key in its code; the SDK itself insists on one.
    const env = { PATH: process.env['PATH'], OPENAI_API_KEY: system.apiKey };
    const { stdout } = await promisify(execFile)(python, ['-c', code], { cwd: folder, env, timeout: TIMEOUT_MS });
    return stdout.trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
