import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readWav } from './read-wav.js';
import { runToneSpeechCommand } from './run-tone-speech-command.js';
import { transcribe } from './transcribe.js';

describe('npm run tone-speech', () => {
  let folder = '';
  const print = (): void => undefined;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-tones-'));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function write(...args: readonly string[]) {
    const file = join(folder, 'recording.wav');
    await runToneSpeechCommand([file, ...args], print);
    const words = JSON.parse(await readFile(join(folder, 'recording.words.json'), 'utf8')) as {
      word: string;
      start: number;
    }[];
    return { bytes: await readFile(file), words };
  }

  it.each([
    ['pauses', ['--pauses', '0:1']],
    ['no pauses', ['--pauses', '0:0']],
    ['noise', ['--noise', '10']],
    ['music', ['--music', '5:12', '--long-pauses', '4:3']],
  ])('writes a recording with %s in which the engine hears the words that it lists', async (_what, args) => {
    const { bytes, words } = await write('--seconds', '25', ...args);
    const heard = transcribe(readWav(bytes), { task: 'transcribe', language: undefined });

    expect(heard.text.split(' ')).toEqual(words.map(({ word }) => word));
    expect(heard.durationSeconds).toBeGreaterThanOrEqual(25);
  });

  it('writes the same for the same seed and something else for another', async () => {
    const [first, again, other] = [await write(), await write(), await write('--seed', '2')];

    expect(again.bytes.equals(first.bytes)).toBe(true);
    expect(other.words).not.toEqual(first.words);
  });

  it('says what it wants when it is not told', async () => {
    await expect(runToneSpeechCommand([], print)).rejects.toThrow('npm run tone-speech -- <file.wav>');
    await expect(write('--noise', 'loud')).rejects.toThrow("--noise: 'loud' is no number");
  });
});
