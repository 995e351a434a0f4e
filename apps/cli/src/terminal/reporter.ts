/** As much of a stream as is needed to write on it. */
export interface TextOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const CLEAR_LINE = '\r\u001b[2K';
const DEFAULT_COLUMNS = 80;
/** A terminal is written over no more often than this. */
const REDRAW_MS = 100;
/** In a log, a line of progress comes no more often than this. */
const LOG_EVERY_MS = 10_000;

/** Everything that is said to people, on standard error; one line of progress is written over on a terminal. */
export class Reporter {
  private progress = '';
  private shownAtMs: number;
  /** Whether the terminal shows less than was said. */
  private isBehind = false;

  constructor(private readonly output: TextOutput) {
    this.shownAtMs = this.beginning;
  }

  say(text: string): void {
    const isShown = this.isTerminal && this.progress !== '';
    this.output.write(isShown ? `${CLEAR_LINE}${text}\n${this.line}` : `${text}\n`);
  }

  /** @param isNews Whether a log should have it though it had another line just before. */
  show(progress: string, isNews = false): void {
    if (progress === this.progress) return;
    this.progress = progress;
    const nowMs = performance.now();
    this.isBehind = !isNews && nowMs - this.shownAtMs < (this.isTerminal ? REDRAW_MS : LOG_EVERY_MS);
    if (this.isBehind) return;
    this.shownAtMs = nowMs;
    this.output.write(this.isTerminal ? this.line : `${progress}\n`);
  }

  /** What was shown last stays. */
  endProgress(): void {
    if (this.isTerminal && this.progress !== '') this.output.write(`${this.isBehind ? this.line : ''}\n`);
    this.progress = '';
    this.isBehind = false;
    this.shownAtMs = this.beginning;
  }

  private get isTerminal(): boolean {
    return this.output.isTTY === true;
  }

  /** A log has no word of what takes no time. */
  private get beginning(): number {
    return this.isTerminal ? -Infinity : performance.now();
  }

  private get line(): string {
    return `${CLEAR_LINE}${this.progress.slice(0, (this.output.columns || DEFAULT_COLUMNS) - 1)}`;
  }
}
