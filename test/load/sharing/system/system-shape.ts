import { SETTINGS } from '#load/sharing/compare-regimes';
import type { SimulatedCall } from '#load/sharing/traffic';
import type { GpuShapeName } from '#source/apps/local-aws/src/engines/gpu/gpu-shapes';

/** The shapes that the real system is run on; recordings would measure their decoding as well. */
export const SYSTEM_SHAPES = ['embedding', 'chat', 'chatNoAbort'] as const;
export type SystemShapeName = (typeof SYSTEM_SHAPES)[number];

/** How a simulated GPU is called through the real system. */
export interface SystemShape {
  readonly name: SystemShapeName;
  /** Of the stand-in, and the model that it serves. */
  readonly endpoint: string;
  readonly model: string;
  readonly path: '/v1/embeddings' | '/v1/chat/completions';
  readonly isStreamed: boolean;
  /** Lines of a job: short jobs, so that what is left at the end is soon done. */
  readonly jobLines: number;
  /** Jobs side by side, so that bulk always has more to do. */
  readonly jobs: number;
  /** Long enough for the baseline to be learned, and for the calls that were begun before any realtime came to end. */
  readonly warmUpMs: number;
}

const CHAT = {
  endpoint: 'EMD-Model-llama-3-3-70b-instruct-endpoint',
  model: 'Llama-3.3-70B-Instruct/dev',
  path: '/v1/chat/completions',
  isStreamed: true,
  jobLines: 40,
  jobs: 4,
  warmUpMs: 90_000,
} as const;

const SHAPES: Readonly<Record<SystemShapeName, SystemShape>> = {
  embedding: {
    name: 'embedding',
    endpoint: 'EMD-Model-bge-m3-endpoint',
    model: 'bge-m3/dev',
    path: '/v1/embeddings',
    isStreamed: false,
    jobLines: 1000,
    jobs: 3,
    warmUpMs: 20_000,
  },
  chat: { name: 'chat', ...CHAT },
  chatNoAbort: { name: 'chatNoAbort', ...CHAT },
};

export function systemShape(name: GpuShapeName): SystemShape {
  const known = SYSTEM_SHAPES.find((shape) => shape === name);
  if (known === undefined) throw new Error(`the real system is run on ${SYSTEM_SHAPES.join(', ')}, not on ${name}`);
  return SHAPES[known];
}

/** A catalog with the one model of that endpoint. */
export function catalogOf({ name, endpoint, model: id, isStreamed }: SystemShape): string {
  const { ceiling, headroom, ...rest } = SETTINGS[name];
  const model = {
    id,
    type: isStreamed ? 'chat' : 'embedding',
    target: { kind: 'sagemaker', endpoint },
    transports: isStreamed ? ['invoke', 'invoke-stream'] : ['invoke'],
    adapter: 'openai',
    limits: { concurrency: ceiling, requestTimeoutMs: 600_000, firstTokenTimeoutMs: 600_000 },
    sharing: { budget: ceiling, headroomPercent: headroom * 100, ...rest },
  };
  return JSON.stringify({ models: [model] });
}

/** What a call says: a text of so many tokens that begins with its name. */
export function textOf(name: string, { work }: SimulatedCall): string {
  const tokens = work.kind === 'encode' ? work.tokens : work.kind === 'generate' ? work.promptTokens : 0;
  return [name, ...Array.from({ length: Math.max(0, tokens - 1) }, (_, at) => `w${at % 100}`)].join(' ');
}

export function bodyOf({ model }: SystemShape, text: string, { work }: SimulatedCall): object {
  if (work.kind !== 'generate') return { model, input: text, encoding_format: 'base64', dimensions: 64 };
  const messages = [{ role: 'user', content: text }];
  return { model, messages, max_tokens: work.outputTokens, ignore_eos: true };
}
