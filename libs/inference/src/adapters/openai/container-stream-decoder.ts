/** What a container sent: one JSON value, its own `[DONE]`, or text that is neither. */
export type ContainerEvent =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'done' }
  | { readonly kind: 'garbage'; readonly text: string };

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DONE = '[DONE]';
const BYTE_ORDER_MARK = '\ufeff';
/** More text than this without a complete event is no stream of events. */
const MAX_EVENT_BYTES = 8 * 1024 * 1024;

/**
 * Reads a container's streamed answer from bytes that are cut anywhere: server-sent events as vLLM and others write
 * them, or one JSON value a line as EMD's containers do, told apart line by line. JSON that is spread over several lines
 * is put together again. Lines are cut as bytes, so a character that is split between two chunks stays whole.
 */
export class ContainerStreamDecoder {
  private rest: Buffer[] = [];
  private restBytes = 0;
  private pendingText = '';
  private isFirstLine = true;

  /** The events that `chunk` completes. */
  push(chunk: Buffer): ContainerEvent[] {
    const events: ContainerEvent[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.readLine(this.takeLine(chunk.subarray(start, end)), events);
      start = end + 1;
    }
    if (start < chunk.length) {
      this.rest.push(start === 0 ? chunk : chunk.subarray(start));
      this.restBytes += chunk.length - start;
      if (this.restBytes > MAX_EVENT_BYTES) events.push({ kind: 'garbage', text: 'a line without end' });
    }
    return events;
  }

  /** The events that the end of the stream completes. */
  end(): ContainerEvent[] {
    const events: ContainerEvent[] = [];
    if (this.restBytes > 0) this.readLine(this.takeLine(Buffer.alloc(0)), events);
    this.flush(events);
    return events;
  }

  private takeLine(tail: Buffer): string {
    let bytes = tail;
    if (this.restBytes > 0) {
      bytes = Buffer.concat([...this.rest, tail]);
      this.rest = [];
      this.restBytes = 0;
    }
    const end = bytes.at(-1) === CARRIAGE_RETURN ? bytes.length - 1 : bytes.length;
    const line = bytes.toString('utf8', 0, end);
    if (!this.isFirstLine) return line;
    this.isFirstLine = false;
    return line.startsWith(BYTE_ORDER_MARK) ? line.slice(1) : line;
  }

  private readLine(line: string, events: ContainerEvent[]): void {
    if (line.startsWith('data:')) {
      this.take(line.startsWith(' ', 5) ? line.slice(6) : line.slice(5), events);
    } else if (line.trim() === '') {
      // A blank line ends an event; between the lines of a JSON value it means nothing.
      this.flush(events);
    } else if (!isOtherField(line)) {
      this.take(line, events);
    }
  }

  private take(text: string, events: ContainerEvent[]): void {
    const trimmed = text.trim();
    if (trimmed === '') return;
    if (trimmed === DONE && this.pendingText === '') {
      events.push({ kind: 'done' });
      return;
    }
    if (this.pendingText === '' && !trimmed.startsWith('{') && !trimmed.startsWith('[')) {
      events.push({ kind: 'garbage', text: trimmed });
      return;
    }
    this.pendingText = this.pendingText === '' ? trimmed : `${this.pendingText}\n${trimmed}`;
    if (this.pendingText.length > MAX_EVENT_BYTES) this.flush(events);
    if (!trimmed.endsWith('}') && !trimmed.endsWith(']')) return;
    const value = parse(this.pendingText);
    if (value === undefined) return;
    this.pendingText = '';
    events.push({ kind: 'value', value });
  }

  private flush(events: ContainerEvent[]): void {
    if (this.pendingText === '') return;
    const text = this.pendingText;
    this.pendingText = '';
    events.push({ kind: 'garbage', text });
  }
}

/** Comments and the fields of server-sent events that carry nothing for us. */
function isOtherField(line: string): boolean {
  return line.startsWith(':') || line.startsWith('event:') || line.startsWith('id:') || line.startsWith('retry:');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
