import type { JobEstimate, JobPlan } from '#contracts';
import type { PackLimits } from '#inference';
import { BYTES_PER_TOKEN } from '../../packs/estimate-tokens.js';
import type { MeasuredJob } from './find-measured-job.js';

/**
 * What a planned job would take.
 *
 * @param plan Chunks and bytes of what is embedded, which may be less than the lines in all.
 * @param packing How lines share calls; `undefined` where each has its own.
 * @param measured A job of the same model that has ended.
 */
export function estimateJob(
  { total, chunks, textBytes = 0 }: Pick<JobPlan, 'total' | 'chunks' | 'textBytes'>,
  packing: Pick<PackLimits, 'inputs' | 'tokens'> | undefined,
  measured: MeasuredJob | undefined,
): JobEstimate {
  const bytesPerToken = measured === undefined ? BYTES_PER_TOKEN : measured.textBytes / measured.tokens;
  // Calls are filled by what the engine takes for tokens, whatever a model counts.
  const embedded = chunks.reduce((sum, { requests }) => sum + requests, 0);
  const tokensPerLine = textBytes / BYTES_PER_TOKEN / Math.max(1, embedded);
  const callsOf = (lines: number): number =>
    packing === undefined
      ? lines
      : Math.ceil(Math.max(lines / packing.inputs, Math.min(lines, (lines * tokensPerLine) / packing.tokens)));
  return {
    lines: total,
    tokens: Math.ceil(textBytes / bytesPerToken),
    bytesPerToken: Number(bytesPerToken.toPrecision(3)),
    calls: chunks.reduce((sum, { requests }) => sum + callsOf(requests), 0),
    seconds: measured === undefined ? null : Math.ceil((textBytes * measured.seconds) / measured.textBytes),
    measuredJob: measured?.jobId ?? null,
  };
}
