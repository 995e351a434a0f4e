import OpenAI from 'openai';
import OpenAI6 from 'openai-6';

/** The official SDK in the two majors that are in use; both have the same methods, so tests are written against one type. */
export const SDK_MAJORS: readonly { readonly name: string; readonly Client: typeof OpenAI }[] = [
  { name: 'openai 7', Client: OpenAI },
  { name: 'openai 6', Client: OpenAI6 as unknown as typeof OpenAI },
];
