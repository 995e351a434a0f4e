import { Agent, EventSource, type MessageEvent } from 'undici';

export interface SourceEvent {
  readonly event: string;
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a browser's EventSource does, with a key; it asks again by itself, with the id of the last event. */
export interface OpenSource {
  readonly source: EventSource;
  readonly seen: SourceEvent[];
  /** Times that the connection was lost or ended. */
  readonly losses: () => number;
}

export function openEventSource(url: string, apiKey: string): OpenSource {
  const dispatcher = new Agent().compose((dispatch) => (options, handler) => {
    const headers = { ...(options.headers as Record<string, string>), authorization: `Bearer ${apiKey}` };
    return dispatch({ ...options, headers }, handler);
  });
  const source = new EventSource(url, { node: { dispatcher } });
  const seen: SourceEvent[] = [];
  let losses = 0;
  for (const name of ['job', 'end'] as const) {
    source.addEventListener(name, (message) => {
      const { type, lastEventId, data } = message as MessageEvent;
      seen.push({ event: type, id: lastEventId, data: JSON.parse(String(data)) as Record<string, unknown> });
    });
  }
  source.addEventListener('error', () => losses++);
  return { source, seen, losses: () => losses };
}
