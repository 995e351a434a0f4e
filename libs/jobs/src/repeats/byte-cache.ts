/** Keeps what was used last, up to a number of bytes. What takes most of them by itself is not kept. */
export class ByteCache<T> {
  private readonly entries = new Map<string, { readonly value: T; readonly bytes: number }>();
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  get(key: string): T | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  /** @param bytes What the value takes, about. */
  set(key: string, value: T, bytes: number): void {
    this.bytes += bytes - (this.entries.get(key)?.bytes ?? 0);
    this.entries.delete(key);
    this.entries.set(key, { value, bytes });
    if (this.bytes > this.maxBytes) this.shrink();
  }

  /** By an eighth at once: each search for what is oldest passes over all that was removed lately. */
  private shrink(): void {
    const mostBytes = (this.maxBytes / 8) * 7;
    for (const [oldest, entry] of this.entries) {
      if (this.bytes <= mostBytes) return;
      this.entries.delete(oldest);
      this.bytes -= entry.bytes;
    }
  }
}
