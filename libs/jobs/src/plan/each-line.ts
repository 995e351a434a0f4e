import { isBlankLine } from './check-request-line.js';
import { LineSplitter, type InputLine } from './split-lines.js';
import { Turns } from './turns.js';

/**
 * Gives each line that is not blank to `take`, until that says `false`. What `splitLines` does without a promise per line,
 * which a million lines notice; lets other work of the process have its turn.
 *
 * @throws GatewayError as `splitLines` does.
 */
export async function eachLine(
  input: AsyncIterable<Uint8Array>,
  maxLineBytes: number,
  take: (line: InputLine) => boolean,
): Promise<void> {
  const splitter = new LineSplitter(maxLineBytes);
  const turns = new Turns();
  for await (const piece of input) {
    for (const line of splitter.push(piece)) {
      if (!isBlankLine(line) && !take(line)) return;
      if (turns.step()) await turns.pass();
    }
  }
  for (const line of splitter.end()) if (!isBlankLine(line)) take(line);
}
