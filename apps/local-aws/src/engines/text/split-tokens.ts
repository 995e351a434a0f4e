/**
 * The tokenizer of the built-in engines. A token is one of: up to six ASCII letters or digits, up to three letters of
 * another script, one other character (each with the space before it), or one character of white space. That makes
 * about four bytes of English a token, as with the tokenizers of real models. Joined, the tokens are the text again.
 */
const token = / ?[A-Za-z0-9_']{1,6}| ?[\p{L}\p{M}\p{N}]{1,3}| ?[^\s\p{L}\p{M}\p{N}]|\s/gu;

export function splitTokens(text: string): string[] {
  return text.match(token) ?? [];
}

export function countTokens(text: string): number {
  return text.match(token)?.length ?? 0;
}
