/** As much of a stream as is needed to write on it. */
export interface TextOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const CLEAR_LINE = '\r\u001b[2K';
const DEFAULT_COLUMNS = 80;
/** In a log, a line of progress comes no more often than this. */
const LOG_EVERY_MS = 10_000;

/** Everything that is said to people, on standard error; one line of progress is written over on a terminal. */
export class Reporter {
  private progress = '';
  private loggedAtMs = -Infinity;

  constructor(private readonly output: TextOutput) {}

  say(text: string): void {
    const isShown = this.isTerminal && this.progress !== '';
    this.output.write(`${isShown ? CLEAR_LINE : ''}${text}\n`);
    if (isShown) this.output.write(this.fit(this.progress));
  }

  /** @param isNews Whether a log should have it though it had another line just before. */
  show(progress: string, isNews = false): void {
    if (progress === this.progress) return;
    this.progress = progress;
    if (this.isTerminal) this.output.write(`${CLEAR_LINE}${this.fit(progress)}`);
    else if (isNews || performance.now() - this.loggedAtMs >= LOG_EVERY_MS) {
      this.loggedAtMs = performance.now();
      this.output.write(`${progress}\n`);
    }
  }

  /** What was shown last stays. */
  endProgress(): void {
    if (this.isTerminal && this.progress !== '') this.output.write('\n');
    this.progress = '';
  }

  private get isTerminal(): boolean {
    return this.output.isTTY === true;
  }

  private fit(text: string): string {
    return text.slice(0, (this.output.columns ?? DEFAULT_COLUMNS) - 1);
  }
}
