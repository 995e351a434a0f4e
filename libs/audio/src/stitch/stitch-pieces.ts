import type { Piece } from '../pieces/cut-pieces.js';
import { toSeconds } from '../pcm/pcm-format.js';
import type { SampleSpan } from '../silence/find-speech.js';
import { findDoubts } from './find-doubts.js';
import { toHeardPiece, type HeardPiece, type HeardSegment } from './heard-piece.js';
import { joinTexts } from './join-texts.js';
import { keepWords } from './keep-words.js';
import { placeSeam, type Seam } from './place-seam.js';
import type { PieceTranscript, StitchedTranscript, TimedSegment, TimedWord } from './transcript.types.js';

export interface StitchInput {
  readonly pieces: readonly Piece[];
  /** One for each piece, in order. */
  readonly transcripts: Iterable<PieceTranscript>;
  /** Where something sounds, to tell what was heard from what was made up. */
  readonly speech: readonly SampleSpan[];
  /** Length of the recording. */
  readonly samples: number;
}

/**
 * One transcript of what the pieces were heard as: global times that never run backwards, each word of an overlap once. It
 * holds the transcript and two pieces at a time.
 */
export function stitchPieces({ pieces, transcripts, speech, samples }: StitchInput): StitchedTranscript {
  const segments: TimedSegment[] = [];
  const words: TimedWord[] = [];
  const orderSegment = inOrder<TimedSegment>();
  const orderWord = inOrder<TimedWord>();
  let language: string | undefined;
  let hasWordTimes = true;
  for (const { kept, heard, transcript } of keepPieces(pieces, transcripts)) {
    language ??= transcript.language;
    hasWordTimes &&= heard.hasWordTimes || heard.segments.length === 0;
    for (const { segment, words: own } of kept) {
      segments.push(withDoubts(orderSegment(segment), speech));
      if (hasWordTimes) for (const { word, start, end } of own) words.push(orderWord({ word, start, end }));
    }
  }
  return {
    text: joinTexts(segments.map(({ text }) => text)),
    ...(language === undefined ? {} : { language }),
    durationSeconds: toSeconds(samples),
    segments,
    ...(hasWordTimes ? { words } : {}),
  };
}

interface OpenPiece {
  readonly transcript: PieceTranscript;
  readonly heard: HeardPiece;
  readonly words: readonly TimedWord[];
  /** Words from here on are kept; those before are the piece's before it. */
  readonly from: number;
}

type KeptPiece = Pick<OpenPiece, 'transcript' | 'heard'> & { readonly kept: readonly HeardSegment[] };

/** Each piece with what it keeps, which is known once the piece behind it is. */
function* keepPieces(
  pieces: readonly Piece[],
  transcripts: Iterable<PieceTranscript>,
): Generator<KeptPiece, void, undefined> {
  const given = transcripts[Symbol.iterator]();
  let left: OpenPiece | undefined;
  for (const piece of pieces) {
    const transcript = given.next().value ?? { text: '' };
    const heard = toHeardPiece(transcript, toSeconds(piece.start), toSeconds(piece.end));
    const words = heard.segments.flatMap((segment) => segment.words);
    const seam = left === undefined || piece.overlap === 0 ? undefined : seamOf(left, words, piece);
    if (left !== undefined) yield close(left, seam?.keptLeft);
    left = { transcript, heard, words, from: seam?.droppedRight ?? 0 };
  }
  if (left !== undefined) yield close(left);
}

function seamOf({ words, from }: OpenPiece, right: readonly TimedWord[], piece: Piece): Seam {
  const start = toSeconds(piece.start);
  // What the piece before gave up to the one before it stays given up.
  return placeSeam(words.slice(from), right, { start, end: start + toSeconds(piece.overlap) });
}

function close({ transcript, heard, words, from }: OpenPiece, count = words.length - from): KeptPiece {
  return { transcript, heard, kept: keepWords(heard.segments, { from, to: from + count }) };
}

/** Puts items one after the other: times that never run backwards, rounded to the millisecond. */
function inOrder<T extends { readonly start: number; readonly end: number }>(): (item: T) => T {
  let previous = 0;
  return (item) => {
    const start = Math.max(milliseconds(item.start), previous);
    const end = Math.max(milliseconds(item.end), start);
    previous = start;
    return { ...item, start, end };
  };
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

function withDoubts(segment: TimedSegment, speech: readonly SampleSpan[]): TimedSegment {
  const doubts = findDoubts(segment, speech);
  return doubts.length === 0 ? segment : { ...segment, doubts };
}
