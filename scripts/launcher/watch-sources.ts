import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { changedSince, snapshotOutputs } from '#scripts/launcher/dist-changes';
import type { Launched } from '#scripts/launcher/launch';
import { LauncherError } from '#scripts/launcher/launcher-error';
import type { PartName } from '#scripts/launcher/part';
import { terminal } from '#scripts/launcher/terminal';

export interface WatchOptions {
  readonly root: string;
  readonly launched: Launched;
  /** Ends the watching. */
  readonly signal: AbortSignal;
  readonly onFailed: (error: unknown) => void;
}

const COMPILER = 'node_modules/@typescript/native/bin/tsc';
const CATALOG = 'sluice.yaml';
const SETTLE_MS = 200;

/** Compiles on every change and restarts the parts whose code came out different; a broken build leaves them running. */
export function watchSources({ root, launched, signal, onFailed }: WatchOptions): void {
  let outputs = snapshotOutputs(root);
  let work = Promise.resolve();
  const restart = (names: readonly PartName[]): void => {
    work = work.then(() => restartParts(names, launched, signal)).catch(onFailed);
  };
  const onBuilt = (): void => {
    const now = snapshotOutputs(root);
    restart(changedSince(outputs, now));
    outputs = now;
  };
  watchCompiler(root, signal, onBuilt, onFailed);
  let timer: NodeJS.Timeout | undefined;
  // Editors write a file in several steps.
  watch(join(root), { signal }, (_event, file) => {
    if (file !== CATALOG) return;
    clearTimeout(timer);
    timer = setTimeout(() => restart(['worker', 'api']), SETTLE_MS);
  });
}

function watchCompiler(
  root: string,
  signal: AbortSignal,
  onBuilt: () => void,
  onFailed: (error: unknown) => void,
): void {
  const args = [
    'scripts/run-command.ts',
    process.execPath,
    COMPILER,
    '-p',
    'tsconfig.build.json',
    '--watch',
    '--preserveWatchOutput',
  ];
  const compiler = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
  });
  signal.addEventListener('abort', () => compiler.kill('SIGTERM'));
  compiler.once('exit', (code) => {
    if (!signal.aborted) onFailed(new LauncherError(`The compiler ended with exit code ${code}.`));
  });
  if (compiler.stdout === null) throw new Error('the compiler was spawned without a pipe');
  createInterface({ input: compiler.stdout }).on('line', (line) => {
    if (line.trim() !== '') terminal.line(`  ${line}`);
    if (/Found 0 errors/.test(line)) onBuilt();
  });
}

async function restartParts(names: readonly PartName[], launched: Launched, signal: AbortSignal): Promise<void> {
  const plans = launched.plans.filter((plan) => names.includes(plan.name));
  for (const plan of plans) await launched.system.stopPart(plan.name);
  if (signal.aborted) return;
  try {
    await launched.system.start(plans, signal);
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof LauncherError)) throw error;
    terminal.failed(`${error.message}\n  The next change starts it again.`);
  }
}
