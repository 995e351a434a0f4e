import { AwsError } from '../sagemaker/wire/aws-error.js';

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string;
}

/** One page of a list. @throws AwsError ValidationError for a token that was not given out here. */
export function pageOf<Item>(all: readonly Item[], token: unknown, size: number): Page<Item> {
  const start = token === undefined ? 0 : readToken(token);
  const end = start + size;
  const items = all.slice(start, end);
  return end < all.length ? { items, nextToken: Buffer.from(`next:${end}`).toString('base64url') } : { items };
}

function readToken(token: unknown): number {
  const text = typeof token === 'string' ? Buffer.from(token, 'base64url').toString('utf8') : '';
  const match = /^next:(\d+)$/.exec(text);
  if (match === null) throw new AwsError('ValidationError', 400, 'The NextToken is not valid.');
  return Number(match[1]);
}
