const WIDTH = 30;

/** How far a batch is, how fast it goes and how long it will take. */
export function renderProgress(done: number, total: number, elapsedMs: number): string {
  const share = total === 0 ? 0 : done / total;
  const filled = Math.round(share * WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled);
  const perSecond = elapsedMs === 0 ? 0 : (done * 1000) / elapsedMs;
  const speed = done === 0 ? '' : `  ${perSecond.toFixed(0)}/s`;
  const remaining = done === 0 || done === total ? '' : `  ${Math.ceil((total - done) / perSecond)} s to go`;
  return `${bar}  ${done}/${total}${speed}${remaining}`;
}

/** One line that is written over on a terminal, and a line for each change in a log. */
export function createProgressLine(): { show(text: string): void; end(): void } {
  let shown = '';
  return {
    show(text) {
      if (text === shown) return;
      shown = text;
      process.stdout.write(process.stdout.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
    },
    end() {
      if (process.stdout.isTTY) process.stdout.write('\n');
    },
  };
}
