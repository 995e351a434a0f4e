/** One piece of work at a time per name, in the order of asking. */
export class KeyLocks {
  private readonly tails = new Map<string, Promise<unknown>>();

  async run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const previous = this.tails.get(name) ?? Promise.resolve();
    const current = previous.then(work);
    // The next one waits for the end of this one, whichever way it ends; the caller gets the outcome itself.
    const tail = current.then(
      () => undefined,
      () => undefined,
    );
    this.tails.set(name, tail);
    try {
      return await current;
    } finally {
      if (this.tails.get(name) === tail) this.tails.delete(name);
    }
  }
}
