import { describe, expect, it } from 'vitest';
import { judgeJob } from './judge-job.js';
import { answerRow, errorRow, fileOf, newCall, newEvidence, withOutput, withRecord } from './new-evidence.js';

const CREATED_AT_MS = newEvidence().record.createdAtMs;

describe('judgeJob', () => {
  it('has nothing to complain about a job that went well, packed calls or not', () => {
    const packed = { ...newEvidence(), calls: [newCall(newEvidence().lines)] };
    expect(judgeJob(newEvidence())).toEqual([]);
    expect(judgeJob(packed)).toEqual([]);
  });

  it('accepts a cancelled job whose other lines are in the error file, and one that was never planned', () => {
    const { lines } = newEvidence();
    const cancelled = {
      ...withRecord({
        status: 'cancelled',
        cancellingAtMs: CREATED_AT_MS + 150,
        counts: { total: 4, completed: 1, failed: 3 },
        usage: {
          input_tokens: 3,
          input_tokens_details: { cached_tokens: 0 },
          output_tokens: 0,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: 3,
        },
        errorFileId: 'file-errors',
      }),
      output: fileOf(
        'file-output',
        lines.slice(0, 1).map((line) => answerRow(line)),
      ),
      errors: fileOf(
        'file-errors',
        lines.slice(1).map(({ customId }) => errorRow(customId)),
      ),
      filesOfJob: ['file-output', 'file-errors'],
      sightings: [],
    };
    const unplanned = {
      ...withRecord({
        status: 'cancelled',
        cancellingAtMs: CREATED_AT_MS + 20,
        inProgressAtMs: null,
        counts: { total: 0, completed: 0, failed: 0 },
        outputFileId: null,
      }),
      output: null,
      filesOfJob: [],
      calls: [],
      sightings: [],
    };
    expect(judgeJob(cancelled, { statuses: ['cancelled'], mayFail: () => true })).toEqual([]);
    expect(judgeJob(unplanned, { statuses: ['cancelled'] })).toEqual([]);
  });

  it.each([
    ['counts that lose a line', withRecord({ counts: { total: 4, completed: 3, failed: 0 } }), /is not total 4/],
    ['a total that is not the lines', withRecord({ counts: { total: 3, completed: 3, failed: 0 } }), /total is 3/],
    ['no counts', withRecord({ counts: null }), /without counts/],
    ['a row too few', withOutput((rows) => rows.slice(1)), /1 lines have no result/],
    ['files that do not equal counts', withOutput((rows) => rows.slice(1)), /output file has 3 rows/],
    ['a row twice', withOutput((rows) => [...rows, ...rows.slice(-1)]), /more than one result.*/],
    ['a row of no line', withOutput((rows) => [...rows, errorRow('stranger')]), /are of no line: "stranger"/],
    ['rows out of order', withOutput((rows) => rows.toReversed()), /not in input order/],
    ['a failure in the output', withOutput(([, ...rows]) => [errorRow('line-0'), ...rows]), /a row that is no answer/],
    ['an error in the error file', { ...newEvidence(), errors: fileOf('e', [errorRow('line-0')]) }, /must not/],
    ['usage that is not the sum', withRecord({ usage: null }), /usage is null/],
    ['another end', withRecord({ status: 'expired' }), /ended expired, expected completed/],
    ['time running backwards', withRecord({ endedAtMs: CREATED_AT_MS + 60 }), /ended at .* is before finalizing/],
    ['no end', withRecord({ endedAtMs: null }), /has not ended/],
    ['a deadline that moved', withRecord({ deadlineMs: CREATED_AT_MS + 1 }), /deadline is 1 ms after/],
    ['a file that is gone', { ...newEvidence(), output: undefined }, /output file that is not there/],
    ['a file that nobody names', { ...newEvidence(), filesOfJob: ['file-output', 'file-2'] }, /does not name: file-2/],
    ['an answer that was never asked', { ...newEvidence(), calls: [] }, /4 answers were never asked/],
  ])('complains about %s', (_, evidence, complaint) => {
    expect(judgeJob(evidence).join('\n')).toMatch(complaint);
  });

  it('complains about the answer to another line', () => {
    const [first, second] = newEvidence().lines;
    if (first === undefined || second === undefined) throw new Error('there are four lines');
    const swapped = withOutput((rows) =>
      rows.map((row, index) => (index === 0 ? { ...answerRow(second), custom_id: first.customId, id: 'x' } : row)),
    );
    expect(judgeJob(swapped)).toEqual(['1 answers are not those of their lines: "line-0"']);
  });

  it('complains about a file whose record tells another length', () => {
    const evidence = newEvidence();
    const cut = {
      ...fileOf(
        'file-output',
        evidence.lines.map((line) => answerRow(line)),
      ),
      recordedBytes: 1,
    };
    expect(judgeJob({ ...evidence, output: cut })).toEqual([expect.stringMatching(/its record says 1$/)]);
  });

  it('complains about what polls must not see', () => {
    const seen = (...statuses: string[]) => ({
      ...newEvidence(),
      sightings: statuses.map((status) => ({ status, total: 4, completed: 4, failed: 0 })),
    });
    expect(judgeJob(seen('finalizing', 'in_progress', 'completed'))).toEqual([
      'a poll saw in_progress after finalizing',
    ]);
    expect(judgeJob(seen('completed', 'cancelled')).join()).toMatch(/cancelled after completed.*the last poll saw/);
    const over = { status: 'in_progress', total: 4, completed: 4, failed: 1 };
    expect(judgeJob({ ...newEvidence(), sightings: [over] }).join()).toMatch(/4 completed and 1 failed of 4/);
  });
});
