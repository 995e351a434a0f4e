import { decodeUriLeniently } from './encode-uri.js';

export interface RequestTarget {
  /** The path as it stood in the request line, still percent-encoded. */
  readonly rawPath: string;
  /** Decoded query parameters in the order they came; a name may repeat. */
  readonly query: readonly (readonly [name: string, value: string])[];
}

/** Splits a request target without normalising it: `URL` would fold `..` and so change what was signed. */
export function parseRequestTarget(url: string): RequestTarget {
  const questionMark = url.indexOf('?');
  if (questionMark < 0) return { rawPath: url, query: [] };
  const query = url
    .slice(questionMark + 1)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 0) return [decode(pair), ''] as const;
      return [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))] as const;
    });
  return { rawPath: url.slice(0, questionMark), query };
}

function decode(text: string): string {
  return decodeUriLeniently(text.replaceAll('+', ' '));
}
