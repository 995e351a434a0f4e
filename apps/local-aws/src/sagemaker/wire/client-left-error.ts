/** The reason with which a call is aborted when the client closes its connection before it has the answer. */
export class ClientLeftError extends Error {
  constructor() {
    super('the client closed its connection before the answer was complete');
    this.name = 'ClientLeftError';
  }
}
