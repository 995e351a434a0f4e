import { availableParallelism } from 'node:os';
import { readInteger, readOptionalString, type Environment } from '#platform';

/** How many processes one start of the api makes. */
export interface ProcessesConfig {
  readonly count: number;
  /** Which of them this is, 1 and up; undefined in the one that was started, and where it is the only one. */
  readonly number: number | undefined;
  /** Milliseconds of silence after which one of several is taken for hung, and killed. */
  readonly hangTimeoutMs: number;
}

/** By which a process of a group learns its number; set by the one that starts it. */
export const PROCESS_NUMBER = 'SLUICE_API_PROCESS';
const MAX_PROCESSES = 256;
/** Far above what any call may keep an event loop for, and what a machine that is short of memory stands still. */
const HANG_TIMEOUT_MS = 30_000;

/** @throws ConfigurationError */
export function readProcessesConfig(environment: Environment): ProcessesConfig {
  const count =
    readOptionalString(environment, 'SLUICE_API_PROCESSES') === 'auto'
      ? availableParallelism()
      : readInteger(environment, 'SLUICE_API_PROCESSES', { fallback: 1, min: 1, max: MAX_PROCESSES });
  const number = readInteger(environment, PROCESS_NUMBER, { fallback: 0, min: 0, max: MAX_PROCESSES });
  const hangTimeoutMs = readInteger(environment, 'SLUICE_API_HANG_MS', {
    fallback: HANG_TIMEOUT_MS,
    min: 2000,
    max: 3_600_000,
  });
  return Object.freeze({ count, number: number === 0 ? undefined : number, hangTimeoutMs });
}
