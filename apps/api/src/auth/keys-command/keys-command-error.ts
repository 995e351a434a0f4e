/** The command cannot be carried out as it was given; `message` says what to do. */
export class KeysCommandError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KeysCommandError';
  }
}
