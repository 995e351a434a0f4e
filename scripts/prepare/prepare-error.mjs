/** Preparing failed for a reason that the message tells in full, remedy included; no stack is shown. */
export class PrepareError extends Error {}
