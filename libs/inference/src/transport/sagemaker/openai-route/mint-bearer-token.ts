import { createHmac, hash } from 'node:crypto';
import type { SigningCredentials } from '../fast/signer.js';

export interface TokenScope {
  readonly region: string;
  readonly nowMs: number;
  /** Seconds until the token ends by itself; at most 43,200. */
  readonly expiresSeconds: number;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const TOKEN_PREFIX = 'sagemaker-api-key-';
/** What a token is signed for: not the runtime's host, and no region in it. */
const HOST = 'sagemaker.amazonaws.com';
const SERVICE = 'sagemaker';
const EMPTY_BODY_HASH = hash('sha256', '', 'hex');

/** A bearer token for SageMaker's OpenAI route: a presigned request that stands for the credentials it was signed with. */
export function mintBearerToken(credentials: SigningCredentials, scope: TokenScope): string {
  const { region, nowMs, expiresSeconds } = scope;
  const date = `${new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  const day = date.slice(0, 8);
  const credentialScope = `${day}/${region}/${SERVICE}/aws4_request`;
  const query = encodeQuery({
    Action: 'CallWithBearerToken',
    'X-Amz-Algorithm': ALGORITHM,
    'X-Amz-Credential': `${credentials.accessKeyId}/${credentialScope}`,
    'X-Amz-Date': date,
    'X-Amz-Expires': String(expiresSeconds),
    ...(credentials.sessionToken === undefined ? {} : { 'X-Amz-Security-Token': credentials.sessionToken }),
    'X-Amz-SignedHeaders': 'host',
  });
  const canonical = `POST\n/\n${query}\nhost:${HOST}\n\nhost\n${EMPTY_BODY_HASH}`;
  let key: string | Buffer = `AWS4${credentials.secretAccessKey}`;
  for (const part of [day, region, SERVICE, 'aws4_request']) key = createHmac('sha256', key).update(part).digest();
  const signature = createHmac('sha256', key)
    .update(`${ALGORITHM}\n${date}\n${credentialScope}\n${hash('sha256', canonical, 'hex')}`)
    .digest('hex');
  const url = `${HOST}/?${query}&X-Amz-Signature=${signature}&Version=1`;
  return TOKEN_PREFIX + Buffer.from(url).toString('base64');
}

/** The parameters come in the order of their names, as a signature wants them. */
function encodeQuery(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

/** `encodeURIComponent` leaves five characters alone that RFC 3986 reserves. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
