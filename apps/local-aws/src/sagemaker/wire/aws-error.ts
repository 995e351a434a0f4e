/** An error of the SageMaker runtime as it goes over the wire. */
export class AwsError extends Error {
  /** Goes into `x-amzn-errortype`; the SDK makes its error class from it. */
  readonly code: string;
  readonly status: number;
  /** Members of the body besides the message. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, status: number, message: string, members: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

export function createValidationError(message: string): AwsError {
  return new AwsError('ValidationError', 400, message);
}

export function createOversizedBodyError(maxBytes: number): AwsError {
  return createValidationError(
    `1 validation error detected: Value at 'body' failed to satisfy constraint: Member must have length less than or equal to ${maxBytes}`,
  );
}
