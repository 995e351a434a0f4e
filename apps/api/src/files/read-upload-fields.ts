import { ExpiresAfterDto, UPLOAD_PURPOSES, validateContract, type UploadPurpose } from '#contracts';
import { GatewayError } from '#platform';

/** What a caller says of a file besides its bytes. */
export interface UploadFields {
  readonly purpose: UploadPurpose;
  /** Seconds from now until the file ends by itself. */
  readonly expiresAfterSeconds: number | undefined;
}

const ANCHOR = 'expires_after[anchor]';
const SECONDS = 'expires_after[seconds]';

/** @throws GatewayError naming the first field that is missing or wrong. */
export function readUploadFields(fields: ReadonlyMap<string, string>): UploadFields {
  return { purpose: readPurpose(fields.get('purpose')), expiresAfterSeconds: readExpiry(fields) };
}

function readPurpose(text: string | undefined): UploadPurpose {
  if (text === undefined || text === '') {
    throw new GatewayError('missing_required_parameter', "Missing required parameter: 'purpose'.", {
      param: 'purpose',
    });
  }
  const purpose = UPLOAD_PURPOSES.find((candidate) => candidate === text);
  if (purpose !== undefined) return purpose;
  const supported = UPLOAD_PURPOSES.map((candidate) => `'${candidate}'`).join(', ');
  throw new GatewayError(
    'invalid_value',
    `Invalid value: '${text.slice(0, 100)}'. Supported values are: ${supported}.`,
    { param: 'purpose' },
  );
}

function readExpiry(fields: ReadonlyMap<string, string>): number | undefined {
  const anchor = fields.get(ANCHOR);
  const seconds = fields.get(SECONDS);
  if (anchor === undefined && seconds === undefined) return undefined;
  const result = validateContract(ExpiresAfterDto, {
    anchor,
    seconds: seconds === undefined ? undefined : toNumber(seconds),
  });
  if (result.valid) return result.value.seconds;
  const { reason, message, param } = result.fault;
  throw new GatewayError(reason, message, { param: `expires_after.${param ?? ''}` });
}

/** A form knows only text; what is no number is left for the contract to refuse. */
function toNumber(text: string): number | string {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}
