import type { Evidence, Verdict } from './evidence.js';

/** Record to blob: each file that the record names is there, whole. Blob to record: no file of the job is unnamed. */
export function judgeObjects({ record, output, errors, filesOfJob }: Evidence): Verdict {
  const complaints: string[] = [];
  for (const [name, file] of [['output', output] as const, ['error', errors] as const]) {
    if (file === undefined) complaints.push(`the record names an ${name} file that is not there`);
    else if (file !== null && file.content.length !== file.recordedBytes)
      complaints.push(`the ${name} file has ${file.content.length} bytes, its record says ${file.recordedBytes}`);
  }
  const named = new Set([record.outputFileId, record.errorFileId]);
  const unnamed = filesOfJob.filter((id) => !named.has(id));
  if (unnamed.length > 0) complaints.push(`files of the job that its record does not name: ${unnamed.join(', ')}`);
  return complaints;
}

/** Nothing of a live job is missing: its marker, its input and, once it runs, its plan. */
export function judgeLiveObjects(job: {
  readonly status: string;
  readonly hasMarker: boolean;
  readonly hasInput: boolean;
  readonly hasPlan: boolean;
}): Verdict {
  if (['failed', 'completed', 'expired', 'cancelled'].includes(job.status)) return [];
  return [
    ...(job.hasMarker ? [] : [`a job that is ${job.status} has no marker, so no sweep finds it`]),
    ...(job.hasInput ? [] : [`a job that is ${job.status} has lost its input`]),
    ...(job.hasPlan || job.status !== 'in_progress' ? [] : ['a job in progress has no plan']),
  ];
}
