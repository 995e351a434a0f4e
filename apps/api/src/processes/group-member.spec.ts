import { describe, expect, it } from 'vitest';
import { createRegistry, Gauge } from '#platform';
import { GroupMember } from './group-member.js';
import type { MemberMessage } from './process-messages.js';

function openMember(onStop = () => undefined as void) {
  const sent: MemberMessage[] = [];
  let deliver = (_message: unknown): void => undefined;
  const channel = {
    send: (message: MemberMessage) => void sent.push(message),
    onMessage: (listener: (message: unknown) => void) => {
      deliver = listener;
    },
  };
  const member = new GroupMember(channel, onStop);
  return { member, sent, deliver: (message: unknown) => deliver(message) };
}

describe('GroupMember', () => {
  it('stops when it is told, and heeds no messages of others', () => {
    let stops = 0;
    const { deliver } = openMember(() => {
      stops++;
    });
    for (const message of [undefined, null, 'stop', { outlive: [1] }]) deliver(message);
    expect(stops).toBe(0);
    deliver({ sluice: 'stop' });
    expect(stops).toBe(1);
  });

  it('reports its numbers under the id that they were asked for', async () => {
    const { member, sent, deliver } = openMember();
    const registry = createRegistry({ processMetrics: false });
    new Gauge({ name: 'works', help: 'Works.', registers: [registry] }).set(1);
    member.show(registry);
    deliver({ sluice: 'collect', id: 7 });

    await expect.poll(() => sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ sluice: 'metrics', id: 7, metrics: [{ name: 'works' }] });
  });

  it('shows the numbers of the group that it asked for', async () => {
    const { member, sent, deliver } = openMember();
    const [first, second] = [member.renderMetrics(), member.renderMetrics()];
    const ids = sent.map((message) => ('id' in message ? message.id : undefined));
    deliver({ sluice: 'metrics-text', id: ids[1], text: 'two' });
    deliver({ sluice: 'metrics-text', id: ids[0], text: 'one' });

    expect(await Promise.all([first, second])).toEqual(['one', 'two']);
  });
});
