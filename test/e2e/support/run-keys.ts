import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** `npm run keys` as an operator would, in a process of its own. @returns what it prints. @throws Error with it if it fails */
export async function runKeys(environment: NodeJS.ProcessEnv, ...args: string[]): Promise<string> {
  const child = spawn(process.execPath, ['scripts/keys.ts', ...args], { cwd: root, env: environment });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  const output = Buffer.concat(chunks).toString('utf8');
  if (code !== 0) throw new Error(`npm run keys -- ${args.join(' ')} failed: ${output}`);
  return output;
}
