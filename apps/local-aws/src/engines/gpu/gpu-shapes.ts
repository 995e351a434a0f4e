/** What the three kinds of models have in common. */
interface Shape {
  /** Relative standard deviation of every duration. */
  readonly jitter: number;
  /** Whether a call whose caller has left gives its place back at the next step; absent means that it runs to its end. */
  readonly abortFreesSlot?: boolean;
}

/** Continuous batching of sequences, as vLLM does it. */
export interface GenerateShape extends Shape {
  readonly kind: 'generate';
  /** Sequences that advance together; more wait in line without an error. */
  readonly maxRunning: number;
  readonly stepBaseMs: number;
  readonly stepPerSequenceMs: number;
  readonly prefillTokensPerMs: number;
}

/** One batch at a time through an encoder, as text-embeddings-inference does it. */
export interface EncodeShape extends Shape {
  readonly kind: 'encode';
  readonly callBaseMs: number;
  readonly tokensPerMs: number;
  /** A call with more tokens takes several batches. */
  readonly maxBatchTokens: number;
}

/** Recordings side by side that slow each other down, as on faster-whisper. */
export interface TranscribeShape extends Shape {
  readonly kind: 'transcribe';
  readonly maxRunning: number;
  readonly secondsPerAudioSecondAlone: number;
  /** What each further call adds to the time of all, relative to being alone. */
  readonly slowdownPerRunning: number;
  readonly callBaseMs: number;
}

export type GpuShape = GenerateShape | EncodeShape | TranscribeShape;
export type GpuShapeName = 'chat' | 'chatNoAbort' | 'embedding' | 'speech';

const CHAT: GenerateShape = {
  kind: 'generate',
  maxRunning: 64,
  stepBaseMs: 20,
  stepPerSequenceMs: 0.45,
  prefillTokensPerMs: 8,
  jitter: 0.05,
  abortFreesSlot: true,
};

/**
 * The simulated GPUs that packing and sharing are judged on. Orders of magnitude follow published figures of vLLM,
 * text-embeddings-inference and faster-whisper on GPUs of 24 GB: a yardstick, not a claim about a product.
 */
export const GPU_SHAPES: Readonly<Record<GpuShapeName, GpuShape>> = {
  chat: CHAT,
  chatNoAbort: { ...CHAT, abortFreesSlot: false },
  embedding: { kind: 'encode', callBaseMs: 4, tokensPerMs: 60, maxBatchTokens: 16_384, jitter: 0.05 },
  speech: {
    kind: 'transcribe',
    maxRunning: 4,
    secondsPerAudioSecondAlone: 0.03,
    slowdownPerRunning: 0.35,
    callBaseMs: 150,
    jitter: 0.05,
  },
};

export const GPU_SHAPE_NAMES = Object.keys(GPU_SHAPES) as GpuShapeName[];
