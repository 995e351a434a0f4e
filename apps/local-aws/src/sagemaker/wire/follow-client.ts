import type { ServerResponse } from 'node:http';
import { ClientLeftError } from './client-left-error.js';

/** Aborts with ClientLeftError when the connection closes before the answer was written to its end. */
export function followClient(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new ClientLeftError());
  });
  return controller.signal;
}
