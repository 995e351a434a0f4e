import { globSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

export interface ExampleArguments {
  /** Absolute. */
  readonly files: readonly string[];
  readonly question: string;
}

const DEFAULT_QUESTION = 'What happens to accepted jobs when Redis is emptied?';
const DEFAULT_FILES = ['README.md', 'docs/*.md', 'docs/decisions/*.md'];

/**
 * `<files…> "<question>"`, both of which may be left out.
 *
 * @param folder what relative paths are relative to: where npm was called
 */
export function readArguments(args: readonly string[], folder: string, root: string): ExampleArguments {
  const last = args.at(-1);
  const lastIsFile = last !== undefined && isFile(resolve(folder, last));
  const question = last === undefined || lastIsFile ? DEFAULT_QUESTION : last;
  const names = lastIsFile ? args : args.slice(0, -1);
  const files = names.map((name) => resolve(folder, name));
  const missing = files.find((file) => !isFile(file));
  if (missing !== undefined) throw new Error(`${missing} is no file that can be read.`);
  const defaults = DEFAULT_FILES.flatMap((pattern) => globSync(pattern, { cwd: root }).sort()).map((name) =>
    resolve(root, name),
  );
  return { files: files.length > 0 ? files : defaults, question };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
