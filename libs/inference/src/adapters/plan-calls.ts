export interface CallBounds {
  /** Bytes that a request may have besides its inputs. */
  readonly inputBytes: number;
  /** Inputs whose answers fit one reply. */
  readonly inputs: number;
  /** Bytes that come with each input, the comma among them. */
  readonly bytesAroundInput?: number;
}

/** Cuts inputs into calls that keep within bounds, in order. An input that is too long by itself gets a call of its own. */
export function planCalls(inputs: readonly Buffer[], bounds: CallBounds): readonly (readonly Buffer[])[] {
  const calls: Buffer[][] = [];
  let call: Buffer[] = [];
  let bytes = 0;
  const around = bounds.bytesAroundInput ?? 1;
  for (const input of inputs) {
    const isFull = call.length >= bounds.inputs || bytes + input.length + around > bounds.inputBytes;
    if (isFull && call.length > 0) {
      calls.push(call);
      call = [];
      bytes = 0;
    }
    call.push(input);
    bytes += input.length + around;
  }
  if (call.length > 0) calls.push(call);
  return calls;
}
