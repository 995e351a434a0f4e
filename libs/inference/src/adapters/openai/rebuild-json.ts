import { scanJsonObject, type JsonBody } from '#platform';

export interface JsonChanges {
  /** Members that are left out. */
  readonly drop?: ReadonlySet<string>;
  /** JSON text of members that are replaced or added. */
  readonly put?: Readonly<Record<string, string>>;
}

/** A body without some of its members and with others; what is kept is kept as its own bytes. */
export function rebuildJson(body: JsonBody, { drop = new Set(), put = {} }: JsonChanges): JsonBody {
  const members: string[] = [];
  for (const key of body.members.keys()) {
    if (drop.has(key) || key in put) continue;
    members.push(memberText(body, key));
  }
  for (const [key, text] of Object.entries(put)) members.push(`${JSON.stringify(key)}:${text}`);
  return scanJsonObject(Buffer.from(`{${members.join(',')}}`));
}

/** `"key":value` with the value's own spelling. */
export function memberText(body: JsonBody, key: string): string {
  return `${JSON.stringify(key)}:${body.raw(key)?.toString('utf8') ?? 'null'}`;
}
