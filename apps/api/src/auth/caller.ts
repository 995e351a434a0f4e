/** Who makes a request, as its API key says. */
export interface Caller {
  readonly tenant: string;
  readonly keyId: string;
}
