import { describe, expect, it } from 'vitest';
import { chunkName, objectKeys, parseActiveMarker, parseWebhookDelivery } from './object-keys.js';

describe('objectKeys', () => {
  it('sorts commits as their chunks are numbered', () => {
    const keys = [0, 9, 10, 99, 100, 99_999, 999_999].map((chunk) => objectKeys.commit('acme', 'batch_1', chunk));
    expect(keys.toSorted()).toEqual(keys);
    expect(Number(chunkName(1234))).toBe(1234);
  });

  it('keeps everything of a tenant under its prefix, but for the markers of jobs and events to deliver', () => {
    const { tenants, active, activeMarker, ended, endedMarker, outbox, webhookDelivery, ...own } = objectKeys;
    for (const key of Object.values(own)) {
      const parts = ['acme', 'id-1', 'x'] as const;
      expect((key as (...parts: readonly unknown[]) => string)(...parts).startsWith('t/acme/')).toBe(true);
    }
    expect(tenants).toBe('t/');
    expect(activeMarker('acme', 'batch_1').startsWith(active)).toBe(true);
    expect(endedMarker('acme', 'batch_1').startsWith(ended)).toBe(true);
    expect(webhookDelivery('acme', 'whe_1', 'evt_1').startsWith(outbox)).toBe(true);
  });

  it('never lets the prefix of one job or chunk match another', () => {
    expect(objectKeys.commits('acme', 'batch_11').startsWith(objectKeys.commits('acme', 'batch_1'))).toBe(false);
    expect(objectKeys.workspace('acme', 'batch_1', 10).startsWith(objectKeys.workspace('acme', 'batch_1', 1))).toBe(
      false,
    );
    expect(objectKeys.fileReferences('acme', 'file-11').startsWith(objectKeys.fileReferences('acme', 'file-1'))).toBe(
      false,
    );
  });
});

describe('parseWebhookDelivery', () => {
  it('reads back whose delivery it is, and knows what is none', () => {
    const parts = { tenant: 'acme', endpointId: 'whe_1', eventId: 'evt_1' };
    expect(parseWebhookDelivery(objectKeys.webhookDelivery('acme', 'whe_1', 'evt_1'))).toEqual(parts);
    for (const key of ['outbox/', 'outbox/acme/whe_1', 'outbox/acme/whe_1/', 'outbox/acme/whe_1/evt_1/more'])
      expect(parseWebhookDelivery(key)).toBeUndefined();
  });
});

describe('parseActiveMarker', () => {
  it('reads back tenant and job', () => {
    expect(parseActiveMarker(objectKeys.activeMarker('acme', 'batch_1'))).toEqual({ tenant: 'acme', jobId: 'batch_1' });
  });

  it('knows what is no marker', () => {
    for (const key of ['active/', 'active/acme', 'active/acme/', 'active//batch_1', 'active/acme/batch_1/more']) {
      expect(parseActiveMarker(key)).toBeUndefined();
    }
  });
});
