import { expect } from 'vitest';

export interface ExpectedError {
  readonly status: number;
  readonly code: string | null;
  readonly param?: string | null;
  readonly message?: RegExp;
}

/** Checks the whole of OpenAI's envelope: status, request id, JSON, exactly one key above and four below. */
export async function expectError(response: Response, expected: ExpectedError): Promise<void> {
  const text = await response.text();
  expect({ status: response.status, text }).toMatchObject({ status: expected.status });
  expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
  expect(response.headers.get('content-type')).toContain('application/json');
  const body = JSON.parse(text) as { error: { message: string; code: string | null; param: string | null } };
  expect(Object.keys(body)).toEqual(['error']);
  expect(Object.keys(body.error).toSorted()).toEqual(['code', 'message', 'param', 'type']);
  expect(body.error.code).toBe(expected.code);
  if (expected.param !== undefined) expect(body.error.param).toBe(expected.param);
  if (expected.message !== undefined) expect(body.error.message).toMatch(expected.message);
}
