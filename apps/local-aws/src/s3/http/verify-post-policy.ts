import { deriveSigningKey, hmac } from '../../signature/derive-signing-key.js';
import { equalSignatures } from '../../signature/equal-signatures.js';
import { parseCredential } from '../../signature/parse-signed-request.js';
import { type Credentials, SignatureError } from '../../signature/verify-signature.js';
import { S3Error } from '../s3-error.js';

export interface PostPolicyInput {
  readonly bucket: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly credentials: Credentials;
}

interface Policy {
  readonly expiration: string;
  readonly conditions: readonly unknown[];
}

export interface LengthRange {
  readonly minBytes: number;
  readonly maxBytes: number;
}

/** Fields that need no condition: they are the signature itself, or S3 says so. */
const freeFields = [
  'policy',
  'x-amz-signature',
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-security-token',
  'file',
];

/**
 * Verifies that the form was allowed by whoever signed its policy, and that its fields keep to it.
 * @throws SignatureError, S3Error AccessDenied or InvalidPolicyDocument
 */
export function verifyPostPolicy({ bucket, fields, credentials }: PostPolicyInput): void {
  const encodedPolicy = fields.get('policy');
  if (encodedPolicy === undefined) throw new S3Error('AccessDenied', 'Access Denied');
  const scope = parseCredential(fields.get('x-amz-credential'));
  if (scope.accessKeyId !== credentials.accessKeyId) {
    throw new SignatureError('InvalidAccessKeyId', 'The access key id that was sent is not known here.');
  }
  const expected = hmac(deriveSigningKey(credentials.secretAccessKey, scope), encodedPolicy).toString('hex');
  if (!equalSignatures(expected, fields.get('x-amz-signature') ?? '')) {
    throw new SignatureError('SignatureDoesNotMatch', 'The signature of the policy is not the one computed here.');
  }
  const policy = parsePolicy(encodedPolicy);
  if (Date.parse(policy.expiration) <= Date.now()) throw violation('Policy expired');
  const values = new Map([...fields, ['bucket', bucket]]);
  const covered = new Set(freeFields);
  for (const condition of policy.conditions) covered.add(checkCondition(condition, values));
  const uncovered = [...fields.keys()].find((name) => !covered.has(name) && !name.startsWith('x-ignore-'));
  if (uncovered !== undefined) throw violation(`Extra input fields: ${uncovered}`);
}

/** How long the policy lets the file be. */
export function readLengthRange(fields: ReadonlyMap<string, string>): LengthRange | undefined {
  const range = parsePolicy(fields.get('policy') ?? '').conditions.find(
    (condition): condition is [string, unknown, unknown] =>
      Array.isArray(condition) && condition.length === 3 && condition[0] === 'content-length-range',
  );
  return range === undefined ? undefined : { minBytes: Number(range[1]), maxBytes: Number(range[2]) };
}

/** Checks one condition and returns the lower-case name of the field it covers. */
function checkCondition(condition: unknown, values: ReadonlyMap<string, string>): string {
  const { operator, name, operand } = normalise(condition);
  if (operator === 'content-length-range') return '';
  const actual = values.get(name) ?? '';
  const holds = operator === 'eq' ? actual === operand : actual.startsWith(operand);
  if (!holds) throw violation(`Policy Condition failed: ["${operator}", "$${name}", "${operand}"]`);
  return name;
}

interface Condition {
  readonly operator: string;
  /** Lower-case. */
  readonly name: string;
  readonly operand: string;
}

/** A condition is `{name: value}` or `[operator, "$name", value]`. */
function normalise(condition: unknown): Condition {
  if (Array.isArray(condition)) return normaliseList(condition);
  const [entry, ...others] = Object.entries(condition ?? {});
  if (entry === undefined || others.length > 0) throw invalidPolicy();
  return { operator: 'eq', name: entry[0].toLowerCase(), operand: String(entry[1]) };
}

function normaliseList(condition: readonly unknown[]): Condition {
  const [operator = '', field = '', operand = ''] = condition.map(String);
  const known = ['eq', 'starts-with', 'content-length-range'].includes(operator.toLowerCase());
  if (!known || condition.length !== 3) throw invalidPolicy();
  return { operator: operator.toLowerCase(), name: field.replace(/^\$/, '').toLowerCase(), operand };
}

function parsePolicy(encoded: string): Policy {
  try {
    const policy = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as Partial<Policy>;
    const { expiration, conditions } = policy;
    if (typeof expiration === 'string' && !Number.isNaN(Date.parse(expiration)) && Array.isArray(conditions)) {
      return { expiration, conditions };
    }
  } catch (error) {
    throw invalidPolicy(error);
  }
  throw invalidPolicy();
}

function invalidPolicy(cause?: unknown): S3Error {
  return new S3Error(
    'InvalidPolicyDocument',
    'The content of the form does not meet the conditions of a policy document',
    { cause },
  );
}

function violation(reason: string): S3Error {
  return new S3Error('AccessDenied', `Invalid according to Policy: ${reason}`);
}
