import type { ServerResponse } from 'node:http';

/** Resolves true when the response takes more bytes, false when it closed or its reader took too long. */
export function waitForDrain(response: ServerResponse, timeoutMs: number): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const settle = (drained: boolean): void => {
      clearTimeout(timer);
      response.off('drain', onDrain);
      response.off('close', onClose);
      resolve(drained);
    };
    const onDrain = (): void => settle(true);
    const onClose = (): void => settle(false);
    const timer = setTimeout(onClose, timeoutMs);
    response.once('drain', onDrain);
    response.once('close', onClose);
  });
}
