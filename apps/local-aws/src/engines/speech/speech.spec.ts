import { describe, expect, it } from 'vitest';
import { EngineRejection } from '../engine-rejection.js';
import { readWav } from './read-wav.js';
import { symbolsOf, WORD_SECONDS } from './tone-code.js';
import { toneSpeech, type ToneSpeechOptions } from './tone-speech.js';
import { transcribe } from './transcribe.js';
import { VOCABULARY } from './vocabulary.js';

const ENGLISH = VOCABULARY.map(([english]) => english);

function hear(words: readonly string[], options?: ToneSpeechOptions) {
  return transcribe(readWav(toneSpeech(words, options)), { task: 'transcribe', language: undefined });
}

describe('The speech engine', () => {
  it('gives every word a sound of its own', () => {
    const sounds = ENGLISH.map((_, word) => symbolsOf(word).join('+'));

    expect(new Set(sounds).size).toBe(ENGLISH.length);
  });

  it.each([8_000, 16_000, 22_050, 44_100, 48_000])('hears every word of its vocabulary at %i Hz', (sampleRateHz) => {
    expect(hear(ENGLISH, { sampleRateHz }).text).toBe(ENGLISH.join(' '));
  });

  it('tells words apart that follow each other without a pause, the same word twice included', () => {
    const words = ['river', 'river', 'gate', 'ten', 'ten', 'ten', 'water'];

    expect(hear(words, { pauseSeconds: 0 }).text).toBe(words.join(' '));
  });

  it('says within 20 ms when each word was spoken', () => {
    const { segments } = hear(['bread', 'coffee', 'music'], { edgeSeconds: 0.5, pauseSeconds: 0.3 });
    const words = segments.flatMap((segment) => segment.words);

    expect(words).toHaveLength(3);
    words.forEach(({ start, end }, index) => {
      const spokenAt = 0.5 + index * (WORD_SECONDS + 0.3);
      expect(Math.abs(start - spokenAt)).toBeLessThanOrEqual(0.02);
      expect(Math.abs(end - spokenAt - WORD_SECONDS)).toBeLessThanOrEqual(0.02);
    });
  });

  it('ends a segment where the speaker pauses', () => {
    const { segments } = hear(['one', 'two', 'three'], { pausesSeconds: { 1: 1 } });

    expect(segments.map(({ text }) => text)).toEqual([' one two', ' three']);
  });

  it('hears nothing in silence and no half words', () => {
    const wav = toneSpeech(['mountain', 'winter'], { edgeSeconds: 0, pauseSeconds: 0.1 });
    const cutInSecondWord = wav.subarray(0, 44 + Math.round((WORD_SECONDS + 0.1 + 0.11) * 16_000) * 2);

    expect(hear([], { edgeSeconds: 1 }).text).toBe('');
    expect(transcribe(readWav(cutInSecondWord), { task: 'transcribe', language: undefined }).text).toBe('mountain');
  });

  it('hears words under noise', () => {
    const wav = toneSpeech(['forest', 'island', 'market']);
    let seed = 7;
    for (let at = 44; at < wav.length; at += 2) {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      wav.writeInt16LE(wav.readInt16LE(at) + Math.round((seed / 2 ** 31 - 0.5) * 6_000), at);
    }

    expect(transcribe(readWav(wav), { task: 'transcribe', language: undefined }).text).toBe('forest island market');
  });

  it('speaks the language it is told, and English when it translates', () => {
    const recording = readWav(toneSpeech(['water', 'bridge']));

    expect(transcribe(recording, { task: 'transcribe', language: 'de' }).text).toBe('Wasser Brücke');
    expect(transcribe(recording, { task: 'translate', language: 'de' }).text).toBe('water bridge');
  });

  it('refuses what is no WAV file', () => {
    expect(() => readWav(Buffer.from('# README, no audio'))).toThrow(EngineRejection);
  });
});
