// How often a piece is cut once more, how often its end waits for the next piece, how often a cut goes into a character.
const cutProbability = 0.5;
const holdProbability = 0.25;
const insideCharacterProbability = 0.5;

export interface PartCutterOptions {
  /** Draws numbers in [0, 1). */
  readonly random: () => number;
  /** Whether the end of a piece may be held back until the next one: only fair where the next one follows at once. */
  readonly mayHold: boolean;
}

/** Cuts what a container writes into parts as SageMaker does: anywhere, blind to lines, events and characters. */
export class PartCutter {
  private readonly options: PartCutterOptions;
  private held: Buffer = Buffer.alloc(0);

  constructor(options: PartCutterOptions) {
    this.options = options;
  }

  push(piece: Buffer): Buffer[] {
    const { random, mayHold } = this.options;
    let rest = this.held.length === 0 ? piece : Buffer.concat([this.held, piece]);
    this.held = Buffer.alloc(0);
    const parts: Buffer[] = [];
    while (rest.length > 1 && random() < cutProbability) {
      const at = this.chooseCut(rest);
      parts.push(rest.subarray(0, at));
      rest = rest.subarray(at);
    }
    if (mayHold && parts.length > 0 && random() < holdProbability) this.held = rest;
    else if (rest.length > 0) parts.push(rest);
    return parts;
  }

  /** What was held back for a piece that does not come. */
  flush(): Buffer[] {
    const { held } = this;
    this.held = Buffer.alloc(0);
    return held.length === 0 ? [] : [held];
  }

  private chooseCut(bytes: Buffer): number {
    const { random } = this.options;
    if (random() < insideCharacterProbability) {
      // 10xxxxxx marks the bytes of a character after its first.
      const inside = bytes.findIndex((byte, index) => index > 0 && (byte & 0xc0) === 0x80);
      if (inside > 0) return inside;
    }
    return 1 + Math.floor(random() * (bytes.length - 1));
  }
}
