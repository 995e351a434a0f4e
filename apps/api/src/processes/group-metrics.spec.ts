import { describe, expect, it } from 'vitest';
import { createRegistry, Gauge, type MetricsSnapshot } from '#platform';
import { GroupMetrics } from './group-metrics.js';

async function numbersOf(process: string): Promise<MetricsSnapshot> {
  const registry = createRegistry({ processMetrics: false, labels: { process } });
  new Gauge({ name: 'works', help: 'Works.', registers: [registry] }).set(1);
  return await registry.getMetricsAsJSON();
}

describe('GroupMetrics', () => {
  it('gives every reader the numbers of all, also when two ask at once', async () => {
    const metrics = new GroupMetrics(60_000);
    const snapshots = { one: await numbersOf('1'), two: await numbersOf('2') };
    const members = Object.values(snapshots).map((snapshot) => ({
      send: ({ id }: { readonly id: number }) => setImmediate(() => metrics.accept(id, snapshot)),
    }));

    for (const text of await Promise.all([metrics.render(members, []), metrics.render(members, [])])) {
      expect(text).toContain('works{process="1"} 1');
      expect(text).toContain('works{process="2"} 1');
    }
  });

  it('does without the numbers of one that hangs', async () => {
    const metrics = new GroupMetrics(50);
    const snapshot = await numbersOf('1');
    const healthy = { send: ({ id }: { readonly id: number }) => metrics.accept(id, snapshot) };
    const hung = { send: () => undefined };

    const text = await metrics.render([healthy, hung], await numbersOf('own'));

    expect(text).toContain('works{process="1"} 1');
    expect(text).toContain('works{process="own"} 1');
  });

  it('has its own numbers when no process runs', async () => {
    expect(await new GroupMetrics(60_000).render([], await numbersOf('own'))).toContain('works{process="own"} 1');
  });
});
