import { readFileSync, writeFileSync } from 'node:fs';

const KIBIBYTES_PER_MEGABYTE = 1024;

/** Lets the peak be that of what follows. Linux alone. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** The most memory that a process had resident since the peak was forgotten, in MiB. */
export function peakMegabytes(pid: number): number {
  const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / KIBIBYTES_PER_MEGABYTE);
}
