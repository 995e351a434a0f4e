import type { IncomingHttpHeaders } from 'node:http';
import { createValidationError } from './aws-error.js';

interface TextRule {
  readonly member: string;
  readonly minLength: number;
  readonly maxLength: number;
  readonly pattern: RegExp;
}

const ascii = /^[\t\x20-\x7e]*$/;
const printable = /^\S[\x20-\x7e]*$/;
const hyphenated = /^[a-zA-Z0-9](-*[a-zA-Z0-9])*$/;

function rule(member: string, maxLength: number, pattern: RegExp, minLength = 0): TextRule {
  return { member, minLength, maxLength, pattern };
}

// The constraints of the service model (runtime.sagemaker 2017-05-13 with the members of 2026).
const rules: Readonly<Record<string, TextRule>> = {
  'content-type': rule('contentType', 1024, ascii),
  accept: rule('accept', 1024, ascii),
  'x-amzn-sagemaker-content-type': rule('contentType', 1024, ascii),
  'x-amzn-sagemaker-accept': rule('accept', 1024, ascii),
  'x-amzn-sagemaker-custom-attributes': rule('customAttributes', 1024, ascii),
  'x-amzn-sagemaker-target-model': rule('targetModel', 1024, printable, 1),
  'x-amzn-sagemaker-target-variant': rule('targetVariant', 63, hyphenated),
  'x-amzn-sagemaker-target-container-hostname': rule('targetContainerHostname', 63, hyphenated),
  'x-amzn-sagemaker-inference-id': rule('inferenceId', 64, printable, 1),
  'x-amzn-sagemaker-inference-component': rule('inferenceComponentName', 63, hyphenated),
  'x-amzn-sagemaker-session-id': rule('sessionId', 256, /^(NEW_SESSION|[a-zA-Z0-9](-*[a-zA-Z0-9])*)$/),
  'x-amzn-sagemaker-inputlocation': rule('inputLocation', 1024, /^(https|s3):\/\/([^/]+)\/?(.*)$/, 1),
  'x-amzn-sagemaker-filename': rule('filename', 32, /^[^./][^/.]*(\.[^/.]+)?$/, 1),
  'x-amzn-sagemaker-s3outputpathextension': rule(
    's3OutputPathExtension',
    512,
    /^(?!(?:s3|https):)[a-zA-Z0-9!_.*'()/-]+$/,
    1,
  ),
};

const integerRules: Readonly<Record<string, { readonly member: string; readonly min: number; readonly max: number }>> =
  {
    'x-amzn-sagemaker-requestttlseconds': { member: 'requestTTLSeconds', min: 60, max: 21_600 },
    'x-amzn-sagemaker-invocationtimeoutseconds': { member: 'invocationTimeoutSeconds', min: 1, max: 3600 },
  };

/** @throws AwsError with the first header that breaks a constraint of the API */
export function checkHeaders(headers: IncomingHttpHeaders): void {
  for (const [name, value] of Object.entries(headers)) {
    const text = Array.isArray(value) ? value.join(',') : (value ?? '');
    const textRule = rules[name];
    if (textRule !== undefined) checkText(text, textRule);
    const integerRule = integerRules[name];
    if (integerRule === undefined) continue;
    const { member, min, max } = integerRule;
    if (!/^\d+$/.test(text)) refuse(member, 'Member must be a whole number');
    if (Number(text) < min) refuse(member, `Member must have value greater than or equal to ${min}`);
    if (Number(text) > max) refuse(member, `Member must have value less than or equal to ${max}`);
  }
}

function checkText(text: string, { member, minLength, maxLength, pattern }: TextRule): void {
  if (text.length < minLength) refuse(member, `Member must have length greater than or equal to ${minLength}`);
  if (text.length > maxLength) refuse(member, `Member must have length less than or equal to ${maxLength}`);
  if (!pattern.test(text)) refuse(member, `Member must satisfy regular expression pattern: ${pattern.source}`);
}

function refuse(member: string, constraint: string): never {
  throw createValidationError(
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
