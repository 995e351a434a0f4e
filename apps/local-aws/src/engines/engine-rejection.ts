/** The body of a refused call as vLLM words it: unlike OpenAI's, `code` is the HTTP status as a number. */
export interface VllmErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: number;
  };
}

const typeOfStatus: Readonly<Record<number, string>> = {
  400: 'BadRequestError',
  404: 'NotFoundError',
  500: 'InternalServerError',
};

export function createVllmErrorBody(status: number, message: string, param: string | null = null): VllmErrorBody {
  return { error: { message, type: typeOfStatus[status] ?? 'Error', param, code: status } };
}

/** A call that an engine refuses because of what it holds. */
export class EngineRejection extends Error {
  readonly status: number;
  readonly param: string | null;

  constructor(message: string, param: string | null = null, status = 400) {
    super(message);
    this.name = 'EngineRejection';
    this.status = status;
    this.param = param;
  }

  toBody(): VllmErrorBody {
    return createVllmErrorBody(this.status, this.message, this.param);
  }
}
