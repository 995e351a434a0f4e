interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[];
}

export interface Logprobs {
  readonly content: readonly (TokenLogprob & { readonly top_logprobs: readonly TokenLogprob[] })[];
}

/** The engine has no choice of tokens: each one has probability one, and there is no other candidate to list. */
export function renderLogprobs(tokens: readonly string[]): Logprobs {
  return {
    content: tokens.map((token) => {
      const logprob = { token, logprob: 0, bytes: [...Buffer.from(token)] };
      return { ...logprob, top_logprobs: [logprob] };
    }),
  };
}
