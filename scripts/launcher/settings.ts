import { resolve } from 'node:path';
import { LauncherError } from '#scripts/launcher/launcher-error';

/** What `npm start` was asked for. */
export interface Settings {
  /** Folder of all state and logs, absolute. */
  readonly home: string;
  readonly host: string;
  readonly port: number;
  /** Given from outside; otherwise the launcher runs a Redis of its own. */
  readonly redisUrl: string | undefined;
  /** Whether the stand-in serves as S3 and SageMaker; otherwise AWS_* of the environment name the real ones. */
  readonly localAws: boolean;
  /** How long a part may take from its start until it is ready. */
  readonly startTimeoutMs: number;
}

const AWS_CHOICES = ['auto', 'on', 'off'];
const DEFAULT_START_TIMEOUT_MS = 60_000;
const MAX_START_TIMEOUT_MS = 3_600_000;

/** @throws LauncherError naming the variable and what it may be. */
export function readSettings(environment: NodeJS.ProcessEnv, root: string): Settings {
  refuseTls(environment);
  return Object.freeze({
    home: resolve(root, environment['SLUICE_HOME'] || '.sluice'),
    host: environment['HOST'] || '127.0.0.1',
    port: readWhole(environment, 'PORT', 8080, 65_535),
    redisUrl: environment['REDIS_URL'] || undefined,
    localAws: wantsLocalAws(environment),
    startTimeoutMs: readWhole(environment, 'SLUICE_START_TIMEOUT_MS', DEFAULT_START_TIMEOUT_MS, MAX_START_TIMEOUT_MS),
  });
}

/** What runs on this machine speaks plain HTTP with each other; a start that ignored these would deceive. */
function refuseTls(environment: NodeJS.ProcessEnv): void {
  const name = ['SLUICE_TLS_CERT_FILE', 'SLUICE_TLS_KEY_FILE'].find((variable) => environment[variable]);
  if (name === undefined) return;
  throw new LauncherError(`${name} is for 'npm run start:api'. Unset it for 'npm start', which speaks plain HTTP.`);
}

/**
 * Credentials alone do not decide: many machines have a profile set for other work, and a first try must not reach for an
 * account. Whoever names a bucket or an endpoint means it.
 */
function wantsLocalAws(environment: NodeJS.ProcessEnv): boolean {
  const choice = environment['SLUICE_LOCAL_AWS'] || 'auto';
  if (!AWS_CHOICES.includes(choice)) {
    throw new LauncherError(`SLUICE_LOCAL_AWS must be one of ${AWS_CHOICES.join(', ')}, but is '${choice}'.`);
  }
  if (choice !== 'auto') return choice === 'on';
  const named = Object.entries(environment).some(
    ([name, value]) => (name.startsWith('AWS_ENDPOINT_URL') || name === 'SLUICE_BUCKET') && Boolean(value),
  );
  return !named;
}

function readWhole(environment: NodeJS.ProcessEnv, name: string, fallback: number, max: number): number {
  const text = environment[name];
  if (text === undefined || text.trim() === '') return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new LauncherError(`${name} must be a whole number from 1 to ${max}, but is '${text}'.`);
}
