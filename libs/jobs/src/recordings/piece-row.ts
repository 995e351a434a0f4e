import type { PieceTranscript } from '#audio';
import type { LineResponse, RowSubject } from '../chunks/row-subject.js';

/** What one piece was heard as, as its row holds it. */
export interface PieceRow {
  /** Index of the piece. */
  readonly piece: number;
  readonly transcript: PieceTranscript;
}

/** Why a piece has no transcript, as its row holds it. */
interface PieceErrorRow {
  readonly piece: number;
  readonly error: { readonly code: string | null; readonly message: string };
}

export function pieceRow({ request }: RowSubject, { status, body }: LineResponse): Buffer {
  if (status < 400) return Buffer.concat([Buffer.from(`{"piece":${request},"transcript":`), body, Buffer.from('}')]);
  const { error } = JSON.parse(body.toString('utf8')) as { readonly error: PieceErrorRow['error'] };
  return pieceErrorRow({ request }, error.code, error.message);
}

export function pieceErrorRow({ request }: Pick<RowSubject, 'request'>, code: string | null, message: string): Buffer {
  const row: PieceErrorRow = { piece: request, error: { code, message } };
  return Buffer.from(JSON.stringify(row));
}

export function readPieceErrorRow(row: Buffer): PieceErrorRow {
  return JSON.parse(row.toString('utf8')) as PieceErrorRow;
}

export function readPieceRow(row: Buffer): PieceRow {
  return JSON.parse(row.toString('utf8')) as PieceRow;
}
