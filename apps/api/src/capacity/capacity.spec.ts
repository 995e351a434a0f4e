import { describe, expect, it } from 'vitest';
import type { CapacityView } from '#jobs';
import { startTestApi } from '../testing/start-test-api.js';

const target = { kind: 'sagemaker', endpoint: 'shared' } as const;
const MODELS = [
  { id: 'one/dev', type: 'chat', target },
  { id: 'two/dev', type: 'chat', target, replicas: [{ target: { ...target, endpoint: 'second' } }] },
  { id: 'other/dev', type: 'chat', target: { ...target, endpoint: 'other', inferenceComponent: 'part' } },
];
const VIEW: CapacityView = {
  decidedAtMs: 1_700_000_000_900,
  phase: 'quiet',
  budget: 8,
  granted: 5,
  realtime: 1,
  bulk: 4,
  baselineMs: 12.5,
  gradient: undefined,
};
const UNKNOWN = {
  decided_at: null,
  phase: null,
  budget: null,
  granted: null,
  realtime: null,
  bulk: null,
  baseline_ms: null,
  gradient: null,
};

describe('GET /v1/capacity', () => {
  it('shows each endpoint once, all those of a model, with its models and what is not known as null', async () => {
    await using api = await startTestApi({
      models: MODELS,
      capacity: async (endpoint) => await Promise.resolve(endpoint === 'shared' ? VIEW : undefined),
    });
    const response = await api.get('/v1/capacity');
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      object: 'list',
      data: [
        {
          object: 'capacity',
          endpoint: 'shared',
          models: ['one/dev', 'two/dev'],
          decided_at: 1_700_000_000,
          phase: 'quiet',
          budget: 8,
          granted: 5,
          realtime: 1,
          bulk: 4,
          baseline_ms: 12.5,
          gradient: null,
        },
        { object: 'capacity', endpoint: 'second', models: ['two/dev'], ...UNKNOWN },
        { object: 'capacity', endpoint: 'other-part', models: ['other/dev'], ...UNKNOWN },
      ],
    });
  });
});
