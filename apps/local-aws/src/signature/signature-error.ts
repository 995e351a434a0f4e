/** Why a signed request was refused; `code` is AWS's own error code and `status` the HTTP status that goes with it. */
export class SignatureError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 403) {
    super(message);
    this.name = 'SignatureError';
    this.code = code;
    this.status = status;
  }
}
