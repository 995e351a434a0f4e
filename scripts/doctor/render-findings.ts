import type { Finding } from '#scripts/doctor/finding';

const MARKS = { ok: 'ok  ', warning: 'WARN', failure: 'FAIL', skipped: 'skip' } as const;

/** For a terminal: one line a finding, and under what is not well what to do. */
export function renderFindings(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ name, status, detail, remedy }) => {
    const line = `${MARKS[status]}  ${name}: ${detail}`;
    return remedy === undefined || status === 'skipped' ? [line] : [line, `      → ${remedy}`];
  });
  const count = (status: Finding['status']): number => findings.filter((one) => one.status === status).length;
  return [...lines, '', `${count('failure')} failures, ${count('warning')} warnings`].join('\n');
}

/** For programs. */
export function renderJson(findings: readonly Finding[]): string {
  return JSON.stringify({ ok: findings.every(({ status }) => status !== 'failure'), findings }, undefined, 2);
}
