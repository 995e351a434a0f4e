import { API_KEY, cpuSeconds, loadFile, memoryMegabytes, runLoad, type Candidate } from '#load/bench-processes';

const HEADERS = { 'content-type': 'application/json', authorization: `Bearer ${API_KEY}` };
const BODY = JSON.stringify({ model: 'chat/dev', stream: true, messages: [{ role: 'user', content: 'Count.' }] });

interface StreamResult {
  readonly events: number;
  readonly done: number;
}

function streamUrl({ origin }: Candidate): string {
  return `${origin}/v1/chat/completions`;
}

/** CPU µs per event of one round of streams side by side. @throws Error when an event is missing. */
export async function measureStreams(
  candidate: Candidate,
  { streams, tokens }: { readonly streams: number; readonly tokens: number },
): Promise<number> {
  const { name, pid } = candidate;
  const before = cpuSeconds(pid);
  const plan = { url: streamUrl(candidate), headers: HEADERS, body: BODY, streams };
  const seen = await runLoad<StreamResult>(loadFile('stream-load.mjs'), plan);
  const micros = ((cpuSeconds(pid) - before) * 1e6) / seen.events;
  const expected = streams * (tokens + 3);
  if (seen.events !== expected || seen.done !== streams)
    throw new Error(`${name}: ${JSON.stringify(seen)}, not ${expected}`);
  console.log(
    `streams              ${name.padEnd(7)} ${micros.toFixed(1).padStart(7)} µs CPU/event  ${seen.events} events, none lost  RSS ${memoryMegabytes(pid)} MB`,
  );
  return micros;
}

/** Median milliseconds until the first event of a stream that is alone. */
export async function measureFirstEvent(candidate: Candidate, requests: number): Promise<number> {
  const plan = { url: streamUrl(candidate), headers: HEADERS, body: BODY, requests };
  return (await runLoad<{ p50Ms: number }>(loadFile('first-event-load.mjs'), plan)).p50Ms;
}
