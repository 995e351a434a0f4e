import { ConfigurationError } from '#platform';

/** Says in one line which address could not be had, and what to do; other errors stay as they are. */
export function explainListenError(
  error: unknown,
  { host, port }: { readonly host: string; readonly port: number },
): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new ConfigurationError(
        `Port ${port} on ${host} is in use. Stop what is using it, or set PORT to another port.`,
        { cause: error },
      );
    case 'EACCES':
      return new ConfigurationError(
        `Port ${port} needs more rights than this process has. Set PORT to 1024 or above.`,
        { cause: error },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ConfigurationError(
        `HOST '${host}' is no address of this machine. Set HOST to 127.0.0.1, or 0.0.0.0 for all.`,
        { cause: error },
      );
    default:
      return error;
  }
}
