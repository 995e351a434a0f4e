/** The body of every failed answer. All four keys are always present; SDKs type them as required. */
export interface OpenAiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

/** What is needed to render a failure; `GatewayError` has it, and so has a stored line error. */
export interface RenderableError {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
}

export function renderOpenAiError(error: RenderableError): OpenAiErrorBody {
  return { error: { message: error.message, type: error.type, param: error.param, code: error.code } };
}
