import { API_KEY, cpuSeconds, loadFile, memoryMegabytes, runLoad, type Candidate } from '#load/bench-processes';

interface StreamResult {
  readonly events: number;
  readonly done: number;
  readonly firstP50Ms: number;
}

export interface StreamCost {
  /** CPU time per event. */
  readonly micros: number;
  /** Median wait for the first event. */
  readonly firstMs: number;
}

/** One round of streams side by side. @throws Error when an event is missing. */
export async function measureStreams(
  { name, pid, origin }: Candidate,
  { streams, tokens }: { readonly streams: number; readonly tokens: number },
): Promise<StreamCost> {
  const messages = [{ role: 'user', content: 'Count.' }];
  const before = cpuSeconds(pid);
  const seen = await runLoad<StreamResult>(loadFile('stream-load.mjs'), {
    url: `${origin}/v1/chat/completions`,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${API_KEY}` },
    body: JSON.stringify({ model: 'chat/dev', stream: true, messages }),
    streams,
  });
  const micros = ((cpuSeconds(pid) - before) * 1e6) / seen.events;
  const expected = streams * (tokens + 3);
  if (seen.events !== expected || seen.done !== streams)
    throw new Error(`${name}: ${JSON.stringify(seen)}, not ${expected}`);
  console.log(
    `streams              ${name.padEnd(7)} ${micros.toFixed(1).padStart(7)} µs CPU/event  ${seen.events} events, none lost  first p50 ${seen.firstP50Ms.toFixed(1)} ms  RSS ${memoryMegabytes(pid)} MB`,
  );
  return { micros, firstMs: seen.firstP50Ms };
}
