/** What a model server said about its own failure, whatever shape it said it in. */
export interface ContainerError {
  readonly message: string;
  readonly param?: string;
  /** Only a textual code: vLLM repeats the HTTP status as a number here, which says nothing new. */
  readonly code?: string;
  /** HTTP status named inside the body, where there is one. */
  readonly status?: number;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads the shapes of vLLM (`{"error":{…}}` and `{"object":"error",…}`), TEI (`{"error":"…","error_type":…}`,
 * `{"message","code","type"}`), FastAPI (`{"detail":…}`) and plain text.
 */
export function readContainerError(text: string): ContainerError {
  const value = parse(text);
  return (isFields(value) ? readFields(value) : undefined) ?? { message: text.trim() };
}

/** The failure that a parsed answer states in spite of its good HTTP status; `undefined` for a real answer. */
export function findStatedError(value: unknown): ContainerError | undefined {
  if (!isFields(value)) return undefined;
  const { error, object, status } = value;
  if (error !== undefined && error !== null)
    return readFields(value) ?? { message: 'The model server reported an error.' };
  if (object === 'error') return readFields(value) ?? { message: 'The model server reported an error.' };
  if (status === 'bad response') return { message: 'The model server could not work on this request.' };
  return undefined;
}

function readFields(fields: Fields): ContainerError | undefined {
  const { error, detail } = fields;
  if (typeof error === 'string') return describe({ ...fields, message: error });
  if (isFields(error)) return describe(error);
  if (typeof fields['message'] === 'string') return describe(fields);
  if (typeof detail === 'string') return describe({ message: detail });
  if (Array.isArray(detail)) return describeDetail(detail[0]);
  return undefined;
}

/** FastAPI's list of validation errors: `{loc: ["body", "messages", 0], msg}`. */
function describeDetail(item: unknown): ContainerError | undefined {
  if (!isFields(item) || typeof item['msg'] !== 'string') return undefined;
  const location: unknown = item['loc'];
  const param = Array.isArray(location) ? location.filter((step) => step !== 'body').join('.') : '';
  return { message: item['msg'], status: 422, ...(param === '' ? {} : { param }) };
}

function describe(fields: Fields): ContainerError {
  const { message, param, code } = fields;
  const status = typeof code === 'number' && code >= 400 && code < 600 ? code : undefined;
  return {
    message: typeof message === 'string' ? message : JSON.stringify(fields),
    ...(typeof param === 'string' && param !== '' ? { param } : {}),
    ...(typeof code === 'string' && code !== '' && !/^\d+$/.test(code) ? { code } : {}),
    ...(status === undefined ? {} : { status }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
