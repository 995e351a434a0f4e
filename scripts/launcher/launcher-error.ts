/** The system cannot start or go on; `message` is all that the terminal shows, remedy included. */
export class LauncherError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LauncherError';
  }
}
