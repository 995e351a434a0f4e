import type { Piece } from '../pieces/cut-pieces.js';
import { toSeconds } from '../pcm/pcm-format.js';
import type { SampleSpan } from '../silence/find-speech.js';
import { findDoubts } from './find-doubts.js';
import { toHeardPiece, type HeardSegment } from './heard-piece.js';
import { joinTexts } from './join-texts.js';
import { keepWords } from './keep-words.js';
import { placeSeam } from './place-seam.js';
import type { PieceTranscript, StitchedTranscript, TimedSegment, TimedWord } from './transcript.types.js';

export interface StitchInput {
  readonly pieces: readonly Piece[];
  /** One for each piece, in order. */
  readonly transcripts: readonly PieceTranscript[];
  /** Where something sounds, to tell what was heard from what was made up. */
  readonly speech: readonly SampleSpan[];
  /** Length of the recording. */
  readonly samples: number;
}

/** One transcript of what the pieces were heard as: global times that never run backwards, each word of an overlap once. */
export function stitchPieces({ pieces, transcripts, speech, samples }: StitchInput): StitchedTranscript {
  const heard = pieces.map((piece, index) =>
    toHeardPiece(transcripts[index] ?? { text: '' }, toSeconds(piece.start), toSeconds(piece.end)),
  );
  const words = heard.map(({ segments }) => segments.flatMap((segment) => segment.words));
  const ranges = words.map((own) => ({ from: 0, to: own.length }));
  pieces.forEach((piece, index) => {
    const left = ranges[index - 1];
    const right = ranges[index];
    if (piece.overlap === 0 || left === undefined || right === undefined) return;
    const start = toSeconds(piece.start);
    const overlap = { start, end: start + toSeconds(piece.overlap) };
    // What the piece before gave up to the one before it stays given up.
    const before = words[index - 1]?.slice(left.from) ?? [];
    const seam = placeSeam(before, words[index] ?? [], overlap);
    left.to = left.from + seam.keptLeft;
    right.from = seam.droppedRight;
  });
  const kept = heard.flatMap(({ segments }, index) => keepWords(segments, ranges[index] ?? { from: 0, to: 0 }));
  const language = transcripts.find((transcript) => transcript.language !== undefined)?.language;
  const hasWordTimes = heard.every((piece) => piece.hasWordTimes || piece.segments.length === 0);
  return {
    text: joinTexts(kept.map(({ segment }) => segment.text)),
    ...(language === undefined ? {} : { language }),
    durationSeconds: toSeconds(samples),
    segments: inOrder(kept.map(({ segment }) => segment)).map((segment) => withDoubts(segment, speech)),
    ...(hasWordTimes ? { words: inOrder(kept.flatMap(toWords)) } : {}),
  };
}

function toWords({ words }: HeardSegment): TimedWord[] {
  return words.map(({ word, start, end }) => ({ word, start, end }));
}

/** Times that never run backwards, rounded to the millisecond. */
function inOrder<T extends { readonly start: number; readonly end: number }>(items: readonly T[]): T[] {
  let previous = 0;
  return items.map((item) => {
    const start = Math.max(milliseconds(item.start), previous);
    const end = Math.max(milliseconds(item.end), start);
    previous = start;
    return { ...item, start, end };
  });
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

function withDoubts(segment: TimedSegment, speech: readonly SampleSpan[]): TimedSegment {
  const doubts = findDoubts(segment, speech);
  return doubts.length === 0 ? segment : { ...segment, doubts };
}
