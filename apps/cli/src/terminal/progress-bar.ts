import type { JobObject, JobProgress } from '#contracts';
import { formatBytes, formatSeconds } from './format.js';

const WIDTH = 24;

function bar(share: number): string {
  const filled = Math.round(Math.min(1, share) * WIDTH);
  return '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
}

/** How far a job is, how fast it goes, how long it will take, and why it waits. */
export function renderJobProgress({ status, progress, waiting }: JobObject): string {
  const { total, done, failed, unit } = progress;
  const what = unit === 'lines' ? 'lines' : 's of sound';
  const parts = [
    bar(total === null || total === 0 ? 0 : done / total),
    total === null ? status : `${round(done)}/${round(total)} ${what}`,
    failed > 0 ? `${round(failed)} failed` : '',
    ...renderPace(progress),
    total === null || status === 'in_progress' ? '' : status,
    waiting === null ? '' : `waits: ${waiting.reason}`,
  ];
  return parts.filter((part) => part !== '').join('  ');
}

function renderPace({ per_second: speed, eta_seconds: eta }: JobProgress): string[] {
  return [speed ? `${speed}/s` : '', eta ? `${formatSeconds(eta)} to go` : ''];
}

/** How much of a file is sent or fetched. */
export function renderTransfer(what: string, done: number, total: number): string {
  return `${bar(total === 0 ? 1 : done / total)}  ${what}  ${formatBytes(done)} of ${formatBytes(total)}`;
}

function round(value: number): string {
  return String(Math.round(value));
}
