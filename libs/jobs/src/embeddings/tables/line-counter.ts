const LINE_FEED = 0x0a;

/** Tells the lines of a stream by its bytes, also while those that read it are behind. */
export class LineCounter {
  private bytes = 0;
  private lines = 0;
  /** Places behind the line feeds that nobody has asked for yet. */
  private ends: number[] = [];
  private next = 0;

  /** Takes the stream's next bytes. */
  push(piece: Buffer): void {
    for (let at = piece.indexOf(LINE_FEED); at !== -1; at = piece.indexOf(LINE_FEED, at + 1)) {
      this.ends.push(this.bytes + at + 1);
    }
    this.bytes += piece.length;
  }

  /** Number of the line, from 1, that the byte before this place belongs to. Places that are asked for ascend. */
  take(place: number): number {
    while ((this.ends[this.next] ?? Infinity) < place) {
      this.next++;
      this.lines++;
    }
    if (this.next > MOST_TAKEN) {
      this.ends = this.ends.slice(this.next);
      this.next = 0;
    }
    return this.lines + 1;
  }
}

const MOST_TAKEN = 4096;
