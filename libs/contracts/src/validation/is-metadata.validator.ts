import { registerDecorator } from 'class-validator';

const MAX_KEYS = 16;
const MAX_KEY_LENGTH = 64;
const MAX_VALUE_LENGTH = 512;

/** OpenAI's `metadata`: at most 16 string pairs, keys up to 64 and values up to 512 characters. */
export function IsMetadata(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'isMetadata',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: isMetadata,
        defaultMessage: () =>
          `metadata must be an object of at most ${MAX_KEYS} strings, with keys of at most ${MAX_KEY_LENGTH} and values of at most ${MAX_VALUE_LENGTH} characters`,
      },
    });
  };
}

function isMetadata(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const pairs = Object.entries(value);
  return (
    pairs.length <= MAX_KEYS &&
    pairs.every(
      ([key, text]) => key.length <= MAX_KEY_LENGTH && typeof text === 'string' && text.length <= MAX_VALUE_LENGTH,
    )
  );
}
