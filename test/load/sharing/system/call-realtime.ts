import type { BenchSystem } from '#load/bulk/bench-system';
import type { RealtimeRecord } from '#load/sharing/simulate';
import type { SystemShape } from '#load/sharing/system/system-shape';

/** Makes one realtime call and notes in `record` when its first token, or its answer, came. @throws Error for any failure */
export async function callRealtime(
  system: BenchSystem,
  shape: SystemShape,
  body: object,
  record: RealtimeRecord,
): Promise<void> {
  const startedAtMs = performance.now();
  const response = await fetch(`${system.origin}${shape.path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${system.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(shape.isStreamed ? { ...body, stream: true } : body),
  });
  if (!response.ok || response.body === null)
    throw new Error(`realtime got ${response.status}: ${await response.text()}`);
  if (!shape.isStreamed) {
    await response.arrayBuffer();
    record.waitMs = performance.now() - startedAtMs;
    return;
  }
  let lastMs = startedAtMs;
  const decoder = new TextDecoder();
  for await (const bytes of response.body) {
    const nowMs = performance.now();
    if (!decoder.decode(bytes).includes('"content":"')) continue;
    if (record.waitMs === undefined) record.waitMs = nowMs - startedAtMs;
    else record.betweenMs.push(nowMs - lastMs);
    lastMs = nowMs;
  }
  if (record.waitMs === undefined) throw new Error('a realtime stream ended without a token');
}
