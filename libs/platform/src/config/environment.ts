/** What a process was started with. Only `main.ts` files build one from `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting is missing or makes no sense; the process must not start. `message` names the variable and the remedy. */
export class ConfigurationError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ConfigurationError';
  }
}

/** @throws ConfigurationError when the variable is unset and there is no fallback. */
export function readString(environment: Environment, name: string, fallback?: string): string {
  const value = environment[name]?.trim();
  if (value !== undefined && value !== '') return value;
  if (fallback !== undefined) return fallback;
  throw new ConfigurationError(`${name} is not set. Set it in the environment.`);
}

export function readOptionalString(environment: Environment, name: string): string | undefined {
  const value = environment[name]?.trim();
  return value === '' ? undefined : value;
}

/** @throws ConfigurationError when the value is no integer within the bounds. */
export function readInteger(
  environment: Environment,
  name: string,
  bounds: { readonly fallback: number; readonly min: number; readonly max: number },
): number {
  const text = readOptionalString(environment, name);
  if (text === undefined) return bounds.fallback;
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || value < bounds.min || value > bounds.max) {
    throw new ConfigurationError(
      `${name} must be a whole number from ${bounds.min} to ${bounds.max}, but is '${text}'.`,
    );
  }
  return value;
}

/** @throws ConfigurationError when the value is neither true nor false. */
export function readBoolean(environment: Environment, name: string, fallback: boolean): boolean {
  const text = readOptionalString(environment, name)?.toLowerCase();
  if (text === undefined) return fallback;
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw new ConfigurationError(`${name} must be true or false, but is '${text}'.`);
}

/** @throws ConfigurationError when the value is not one of the choices. */
export function readChoice<const T extends string>(
  environment: Environment,
  name: string,
  choices: readonly T[],
  fallback: T,
): T {
  const text = readOptionalString(environment, name);
  if (text === undefined) return fallback;
  const choice = choices.find((candidate) => candidate === text);
  if (choice === undefined)
    throw new ConfigurationError(`${name} must be one of ${choices.join(', ')}, but is '${text}'.`);
  return choice;
}
