import { few, rowsOf, type Evidence, type SubmittedLine, type Verdict } from './evidence.js';
import type { WitnessRecord } from '../../setup/processes.js';

/** Nothing runs that nobody knows of: no call begins once every attempt at the job has said that it ended. */
export function judgeCallsEnded({ calls }: Pick<Evidence, 'calls'>, endedAtMs: number): Verdict {
  const late = calls.map(({ time }) => Date.parse(time) - endedAtMs).filter((afterMs) => afterMs > 0);
  return late.length === 0
    ? []
    : [`${late.length} calls began after the last attempt had ended, the last ${Math.max(...late)} ms after it`];
}

/** What the model had answered before `untilMs` is in the output; for jobs whose workers were left alive. */
export function judgeFinishedKept({ calls, lines, output }: Evidence, untilMs: number): Verdict {
  const answered = new Set(calls.filter((call) => endedWell(call, untilMs)).flatMap(({ inputs }) => inputs));
  const kept = new Set(rowsOf(output).map(({ custom_id: id }) => id));
  const lost = lines.filter(({ digest, customId }) => answered.has(digest) && !kept.has(customId));
  return lost.length === 0
    ? []
    : [`${lost.length} lines were answered and are lost: ${few(lost.map(({ customId }) => customId))}`];
}

/** An error answer never runs: of what was refused, nothing was asked. */
export function judgeRefused(lines: readonly SubmittedLine[], calls: readonly WitnessRecord[]): Verdict {
  const refused = new Set(lines.map(({ digest }) => digest));
  const made = calls.filter(({ inputs }) => inputs.some((input) => refused.has(input)));
  return made.length === 0 ? [] : [`${made.length} calls were made for a job whose create was answered with an error`];
}

/** Lines asked more than once, which costs and breaks no promise. */
export function countRepeats({ calls, lines }: Evidence): number {
  const own = new Set(lines.map(({ digest }) => digest));
  const inputs = calls.flatMap((call) => call.inputs).filter((input) => own.has(input));
  return inputs.length - new Set(inputs).size;
}

function endedWell({ time, durationMs, outcome }: WitnessRecord, untilMs: number): boolean {
  return outcome === 'ok' && Date.parse(time) + (durationMs ?? 0) < untilMs;
}
