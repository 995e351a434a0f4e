import type { JobEndpoint, BatchInputError } from '#contracts';
import { GatewayError, scanJsonObject, scanNestedJson, type JsonBody, type NestedJson } from '#platform';
import type { InputLine } from './split-lines.js';

/** One request of a batch, its body checked but not decoded. */
export interface RequestLine {
  readonly customId: string;
  /** Public model name as the line spells it. */
  readonly model: string;
  readonly body: JsonBody;
}

export type CheckedLine =
  { readonly ok: true; readonly request: RequestLine } | { readonly ok: false; readonly error: BatchInputError };

const MAX_CUSTOM_ID_LENGTH = 512;

/** Whether a line holds nothing but white space; such lines are passed over. */
export function isBlankLine(line: InputLine): boolean {
  const isContent = (byte: number | undefined): boolean => byte !== 0x20 && byte !== 0x09 && byte !== 0x0d;
  // Nearly every line is told by its first byte.
  return line.bytes.length === 0 || (!isContent(line.bytes[0]) && !line.bytes.some(isContent));
}

/**
 * Checks one line by itself: what needs the other lines or the catalog is the planner's.
 *
 * @param model The one that the lines before have named; it costs less to know it again than to read it.
 */
export function checkRequestLine(line: InputLine, endpoint: JobEndpoint, model?: string): CheckedLine {
  const fail = (code: string, message: string, param: string | null): CheckedLine => ({
    ok: false,
    error: { code, message, param, line: line.number },
  });
  let scanned: NestedJson;
  try {
    scanned = scanLine(line.bytes);
  } catch (error) {
    if (!GatewayError.is(error)) throw error;
    return fail('invalid_json_line', `This line is not a JSON object: ${error.message}`, null);
  }
  const { outer } = scanned;
  const customId = outer.kind('custom_id') === 'string' ? String(outer.value('custom_id')) : '';
  if (customId === '')
    return fail('missing_required_parameter', "Each line needs a non-empty string 'custom_id'.", 'custom_id');
  if (customId.length > MAX_CUSTOM_ID_LENGTH) {
    return fail(
      'string_above_max_length',
      `'custom_id' may have ${MAX_CUSTOM_ID_LENGTH} characters at most.`,
      'custom_id',
    );
  }
  if (!outer.isText('method', 'POST')) {
    return fail('invalid_method', '\'method\' must be "POST".', 'method');
  }
  if (!outer.isText('url', endpoint)) {
    return fail('url_mismatch', `'url' must be the batch's endpoint, "${endpoint}".`, 'url');
  }
  return checkBody(scanned, { customId, model }, fail);
}

/** A line and its body, read in one pass. @throws GatewayError where the line is no JSON object */
export function scanLine(bytes: Buffer): NestedJson {
  try {
    return scanNestedJson(bytes, 'body');
  } catch (error) {
    if (!GatewayError.is(error, 'duplicate_key')) throw error;
    // Where the key is one of the body's, the line by itself can be read and the body is refused later, by that key.
    return { outer: scanJsonObject(bytes), inner: undefined };
  }
}

function checkBody(
  { outer, inner }: NestedJson,
  { customId, model: expected }: { readonly customId: string; readonly model: string | undefined },
  fail: (code: string, message: string, param: string | null) => CheckedLine,
): CheckedLine {
  if (outer.kind('body') !== 'object') {
    return fail('missing_required_parameter', "Each line needs an object 'body' with the request.", 'body');
  }
  let body: JsonBody;
  try {
    body = inner ?? scanJsonObject(outer.raw('body') ?? Buffer.alloc(0));
  } catch (error) {
    if (!GatewayError.is(error)) throw error;
    return fail(
      error.code ?? 'invalid_json_line',
      error.message,
      error.param === null ? 'body' : `body.${error.param}`,
    );
  }
  const model = modelOf(body, expected);
  if (model === '') return fail('missing_required_parameter', "'body' needs a string 'model'.", 'body.model');
  if (body.kind('stream') === 'boolean' && body.value('stream') === true) {
    return fail('invalid_value', "'stream' must be false or absent in a batch.", 'body.stream');
  }
  return { ok: true, request: { customId, model, body } };
}

function modelOf(body: JsonBody, expected: string | undefined): string {
  if (expected !== undefined && body.isText('model', expected)) return expected;
  return body.kind('model') === 'string' ? String(body.value('model')) : '';
}
