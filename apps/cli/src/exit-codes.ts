/** What a script learns from the command's end; documented in docs/cli.md and in every `--help`. */
export const EXIT_CODES = {
  done: 0,
  /** The job ended otherwise than completed, or lines of it failed. */
  jobFailed: 1,
  /** The command line, or a file that it names. */
  usage: 2,
  /** Nothing answered, or nothing but trouble, for as long as was to be tried. */
  unreachable: 3,
  /** The server answered that it will not: key, model, job, request. */
  refused: 4,
  interrupted: 130,
} as const;
