/**
 * SDKs append to the base URL as it was given: with `/v1`, without it, and, where both the base URL and the caller
 * added it, twice. All mean the same.
 */
export const API_PREFIXES = ['v1', '', 'v1/v1'];
