import { describe, expect, it } from 'vitest';
import { GatewayError, scanJsonObject, type JsonBody } from '#platform';
import { LongAnswers } from './long-answers.js';

const MODEL = { id: 'chat/dev', target: { kind: 'sagemaker', endpoint: 'chat' } } as const;
const WALL = new GatewayError('upstream_timeout', 'The container did not answer in time.', {
  details: { containerStatus: 0 },
});
const TEN_MINUTES_MS = 600_000;

const asking = (bound?: number): JsonBody =>
  scanJsonObject(Buffer.from(JSON.stringify({ model: 'chat', ...(bound !== undefined && { max_tokens: bound }) })));

describe('LongAnswers', () => {
  it('calls directly until the wall was met, except for answers that are long by the caller’s own word', () => {
    const answers = new LongAnswers();

    expect(answers.prefersStream(MODEL, asking())).toBe(false);
    expect(answers.prefersStream(MODEL, asking(1_500))).toBe(false);
    expect(answers.prefersStream(MODEL, asking(1_501))).toBe(true);
  });

  it('streams what is more than half as long as what met the wall, and what has no bound', () => {
    const answers = new LongAnswers();
    expect(answers.isWall(MODEL, asking(1_200), WALL)).toBe(true);
    expect(answers.isWall(MODEL, asking(), WALL)).toBe(true);

    expect(answers.prefersStream(MODEL, asking(601))).toBe(true);
    expect(answers.prefersStream(MODEL, asking(600))).toBe(false);
    expect(answers.prefersStream(MODEL, asking())).toBe(true);
    expect(answers.prefersStream({ ...MODEL, id: 'other/dev' }, asking(1_200))).toBe(false);
  });

  it('forgets the wall after ten minutes', () => {
    let nowMs = 0;
    const answers = new LongAnswers(() => nowMs);
    answers.isWall(MODEL, asking(1_200), WALL);
    nowMs = TEN_MINUTES_MS;

    expect(answers.prefersStream(MODEL, asking(1_200))).toBe(false);
    expect(answers.prefersStream(MODEL, asking())).toBe(false);
  });

  it('knows the wall from the other time-outs', () => {
    const answers = new LongAnswers();
    const silence = new GatewayError('upstream_timeout', 'Nothing came for a minute.');

    expect(answers.isWall(MODEL, asking(), silence)).toBe(false);
    expect(answers.prefersStream(MODEL, asking())).toBe(false);
  });
});
