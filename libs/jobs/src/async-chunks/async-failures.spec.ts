import { describe, expect, it } from 'vitest';
import {
  createTestBulk,
  failureOf,
  readCommit,
  requestLine,
  requestLines,
  runChunk,
  ScriptedDeferredCalls,
  startJob,
  type TestBulk,
} from '../testing/index.js';

async function begin(
  lines: readonly string[],
): Promise<{ readonly bulk: TestBulk; readonly deferred: ScriptedDeferredCalls; readonly jobId: string }> {
  const deferred = new ScriptedDeferredCalls();
  const bulk = createTestBulk({ chunkLines: 100, deferred });
  return { bulk, deferred, jobId: await startJob(bulk, lines) };
}

describe('A try at an asynchronous endpoint that brings no answer', () => {
  it('makes the row of a line that the container refuses, and goes on with the others', async () => {
    const { bulk, deferred, jobId } = await begin(requestLines(3));
    await runChunk(bulk, jobId, 0);
    deferred.fail('text 1', 'upstream_rejected');
    deferred.answer();

    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 2, failed: 1 });
    expect(deferred.inputs).toHaveLength(3);
  });

  it('makes the row of a line that is refused before it is sent', async () => {
    const { bulk, deferred, jobId } = await begin([requestLine('bad', 'malformed'), requestLine('good', 'text')]);
    await runChunk(bulk, jobId, 0);
    deferred.answer();

    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 1, failed: 1 });
    expect(deferred.inputs).toEqual(['text']);
  });

  it('submits again what expired in the queue, as often as it takes, and fails nothing', async () => {
    const { bulk, deferred, jobId } = await begin(requestLines(1));
    for (let round = 0; round < 6; round++) {
      await runChunk(bulk, jobId, 0);
      deferred.fail('text 0', 'expired');
    }
    await runChunk(bulk, jobId, 0);
    deferred.answer();

    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 1, failed: 0 });
    expect(deferred.inputs).toHaveLength(7);
  });

  it('fails a line that fails three times while the endpoint answers others', async () => {
    const { bulk, deferred, jobId } = await begin(requestLines(2));
    await runChunk(bulk, jobId, 0);
    deferred.answer('text 1');
    for (let round = 0; round < 3; round++) {
      deferred.fail('text 0', 'upstream_error');
      deferred.answerCanaries();
      await runChunk(bulk, jobId, 0);
      bulk.clock.nowMs += 60_000;
      await runChunk(bulk, jobId, 0);
    }

    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 1, failed: 1 });
    expect(deferred.inputs.filter((input) => input === 'text 0')).toHaveLength(3);
  });

  it('fails no line on an endpoint that answers nothing at all', async () => {
    const { bulk, deferred, jobId } = await begin(requestLines(2));
    for (let round = 0; round < 8; round++) {
      await runChunk(bulk, jobId, 0);
      for (const input of ['text 0', 'text 1']) deferred.fail(input, 'upstream_error');
      bulk.clock.nowMs += 600_000;
    }
    expect(await readCommit(bulk, jobId, 0)).toBeUndefined();
    await runChunk(bulk, jobId, 0);
    bulk.clock.nowMs += 600_000;
    await runChunk(bulk, jobId, 0);
    deferred.answer();

    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(await readCommit(bulk, jobId, 0)).toMatchObject({ completed: 2, failed: 0 });
  });

  it('tries a line again whose result makes no sense', async () => {
    const { bulk, deferred, jobId } = await begin(requestLines(1));
    await runChunk(bulk, jobId, 0);
    deferred.objects.set(deferred.queued[0]?.output ?? '', 'garbage');
    await runChunk(bulk, jobId, 0);
    bulk.clock.nowMs += 60_000;
    await runChunk(bulk, jobId, 0);
    deferred.answer();

    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(deferred.inputs).toHaveLength(2);
  });

  it('waits while submissions are throttled, and counts none as a try of the line', async () => {
    const { bulk, deferred, jobId } = await begin(requestLines(3));
    deferred.refuse = (input) =>
      input === 'canary' ? undefined : { kind: 'refused', error: failureOf('upstream_throttled') };
    for (let round = 0; round < 5; round++) {
      expect(await runChunk(bulk, jobId, 0)).toMatchObject({ kind: 'later' });
      bulk.clock.nowMs += 600_000;
    }
    deferred.refuse = undefined;
    await runChunk(bulk, jobId, 0);
    deferred.answer();

    expect(await runChunk(bulk, jobId, 0)).toEqual({ kind: 'committed' });
    expect(deferred.inputs).toHaveLength(3);
  });
});
