const MAX_LENGTH = 2_000;
const TRACEBACK = /Traceback \(most recent call last\):[\s\S]*/;

/** In this order: a link may hold an ARN, an ARN an account id. */
const REDACTIONS: readonly (readonly [RegExp, string])[] = [
  [TRACEBACK, ''],
  [/\s*See https?:\/\/\S*(?: in account \d{12})?(?: for more information\.?)?/g, ''],
  [/https?:\/\/\S*(?:amazonaws|aws\.amazon)\.\S*/g, '[link]'],
  [/\barn:aws[\w-]*:[^\s"',)]*/g, '[arn]'],
  [/\b\d{12}\b/g, '[account]'],
  [/\s*File "[^"]*", line \d+(?:, in \S+)?/g, ''],
  // Routes such as /v1/rerank are no paths of a machine.
  [/(?<![\w/:.])(?!\/v\d\/)(?:\/[\w.@+-]+){2,}/g, '[path]'],
  [/\b[A-Za-z]:\\[^\s"']+/g, '[path]'],
];

/** A model server's or AWS's own words without account ids, ARNs, links to logs, file paths, tracebacks and our endpoint names. */
export function sanitiseMessage(text: string, endpoint: string): string {
  let message = endpoint === '' ? text : text.replaceAll(endpoint, '[endpoint]');
  for (const [pattern, replacement] of REDACTIONS) message = message.replace(pattern, replacement);
  message = message.trim();
  return message.length > MAX_LENGTH ? `${message.slice(0, MAX_LENGTH)}…` : message;
}
