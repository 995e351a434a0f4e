/** A file that is being uploaded, as a form brings it: its bytes now, some of its fields perhaps only behind them. */
export interface Upload<Fields> {
  readonly filename: string;
  /**
   * Ends only once the whole form has been read and its fields were found right. Throws GatewayError otherwise, so
   * that whoever stores the bytes stores nothing. A piece is to be copied before the next is asked for: it is empty then.
   */
  readonly content: AsyncIterable<Buffer>;
  /** Known once `content` has ended; throws before. */
  fields(): Fields;
  /** Why `content` failed, where it did: storage may have wrapped it. */
  readonly failure: unknown;
  /** Stops reading the form. To be called in any case, also when `content` was never begun. */
  discard(): void;
}

export interface UploadRules<Fields> {
  /** The form's name for the file. */
  readonly field: 'file' | 'data';
  /** Largest file in bytes. */
  readonly maxBytes: number;
  /** Reads the form's plain fields. Throws GatewayError when one of them is wrong. */
  readonly readFields: (fields: ReadonlyMap<string, string>) => Fields;
}
