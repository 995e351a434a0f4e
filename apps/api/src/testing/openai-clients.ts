import { OpenAI } from 'openai';
import { OpenAI as OpenAI6 } from 'openai-6';

/** The official SDK in the two majors that are in use; both have the same methods, so tests are written against one type. */
export const OPENAI_CLIENTS: readonly { readonly version: string; readonly Client: typeof OpenAI }[] = [
  { version: '7', Client: OpenAI },
  { version: '6', Client: OpenAI6 as unknown as typeof OpenAI },
];
