import { ConfigurationError, GatewayError } from '#platform';
import type { ObjectExchange, ObjectStream, ReadOptions } from '#storage';

/** Where callers may have inputs of jobs read from. */
export interface S3InputRule {
  readonly bucket: string;
  /** What keys must begin with; empty = any. `{tenant}` stands for the caller's own name. */
  readonly prefix: string;
}

const SETTING = 'SLUICE_S3_INPUT_BUCKETS';
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const LOCATION = /^s3:\/\/([^/]+)\/(.+)$/s;
const MAX_LOCATION_LENGTH = 1200;

/**
 * `bucket`, or `bucket/prefix`, with commas between them.
 *
 * @param ownBucket Bucket of this installation: all tenants' objects lie there, so nobody may read it by location.
 * @throws ConfigurationError
 */
export function parseS3InputRules(text: string, ownBucket: string): S3InputRule[] {
  const entries = text.split(',').map((entry) => entry.trim());
  return entries.filter((entry) => entry !== '').map((entry) => parseRule(entry, ownBucket));
}

function parseRule(entry: string, ownBucket: string): S3InputRule {
  const slash = entry.indexOf('/');
  const bucket = slash === -1 ? entry : entry.slice(0, slash);
  const prefix = slash === -1 ? '' : entry.slice(slash + 1);
  if (!BUCKET.test(bucket)) throw new ConfigurationError(`${SETTING} names '${bucket}', which no bucket is called.`);
  if (bucket === ownBucket) {
    throw new ConfigurationError(
      `${SETTING} names '${bucket}', where the objects of all tenants lie. Use another bucket.`,
    );
  }
  if (prefix.replaceAll('{tenant}', '').match(/[{}]/) !== null) {
    throw new ConfigurationError(`${SETTING} has '${prefix}': only {tenant} may stand in braces.`);
  }
  // Else a tenant `a` could read what belongs to `ab`.
  const lastName = prefix.lastIndexOf('{tenant}');
  if (lastName >= 0 && !prefix.includes('/', lastName))
    throw new ConfigurationError(`${SETTING} has '${prefix}': write a / behind {tenant}.`);
  return { bucket, prefix };
}

/** Inputs that lie in buckets of the callers' own, as far as the operator lets them be read. */
export class S3Inputs {
  constructor(
    private readonly rules: readonly S3InputRule[],
    private readonly exchange: Pick<ObjectExchange, 'open'>,
  ) {}

  /** @throws GatewayError `invalid_value` */
  check(tenant: string, location: string): void {
    checkS3Input(this.rules, tenant, location);
  }

  /**
   * @returns `undefined` where there is no such object.
   * @throws GatewayError `invalid_value` outside of what may be read, `precondition_failed`, `storage_unavailable`.
   */
  async open(tenant: string, location: string, options: ReadOptions = {}): Promise<ObjectStream | undefined> {
    // Looked at again: what may be read can have changed since the job was made.
    this.check(tenant, location);
    return await this.exchange.open(location, options);
  }
}

/** @throws GatewayError `invalid_value` where the operator has not said that it may be read. */
export function checkS3Input(rules: readonly S3InputRule[], tenant: string, location: string): void {
  const [, bucket, key] = LOCATION.exec(location.slice(0, MAX_LOCATION_LENGTH + 1)) ?? [];
  if (bucket === undefined || key === undefined || location.length > MAX_LOCATION_LENGTH) {
    throw refusal("expected the location of an object, as in 's3://bucket/folder/talk.mp3'.");
  }
  if (rules.length === 0) throw refusal(`no bucket may be read here. An operator must name it in ${SETTING}.`);
  // Somebody on the way may take such a key for a path.
  const isPath = key.split('/').some((part) => part === '.' || part === '..');
  const isAllowed = rules.some((rule) => {
    return rule.bucket === bucket && key.startsWith(rule.prefix.replaceAll('{tenant}', tenant));
  });
  if (isPath || !isAllowed) {
    throw refusal(`this object may not be read. Upload the file, or ask an operator about ${SETTING}.`);
  }
}

function refusal(fault: string): GatewayError {
  return new GatewayError('invalid_value', `Invalid 'input_s3': ${fault}`, { param: 'input_s3' });
}
