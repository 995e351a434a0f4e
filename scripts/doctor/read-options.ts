export interface DoctorOptions {
  readonly json: boolean;
  readonly calls: boolean;
}

export const USAGE = `npm run doctor -- [--json] [--no-calls]

  --json      findings as JSON
  --no-calls  send endpoints no empty request (which shows that they may be called)`;

/** @returns `undefined` when there is an option that the doctor does not know. */
export function readOptions(options: readonly string[]): DoctorOptions | undefined {
  const known = ['--json', '--no-calls'];
  if (options.some((option) => !known.includes(option))) return undefined;
  return { json: options.includes('--json'), calls: !options.includes('--no-calls') };
}
