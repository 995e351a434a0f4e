import { createJitter } from './create-jitter.js';
import { EncodeModel } from './encode-model.js';
import type { EngineWork } from './engine-work.js';
import { GenerateModel } from './generate-model.js';
import type { GpuCall, GpuClock, GpuModel } from './gpu-model.port.js';
import { GPU_SHAPES, type GpuShapeName } from './gpu-shapes.js';
import { realClock } from './real-clock.js';
import { TranscribeModel } from './transcribe-model.js';

interface GpuCaller {
  readonly signal: AbortSignal;
  /** Called for each generated token when it is there. */
  readonly onToken?: () => void;
}

/** Resolves when the work would be done; rejects with the signal's reason at once, whatever the model makes of that. */
export type Gpu = (work: EngineWork, caller: GpuCaller) => Promise<void>;

/** @throws Error from the call where the work is of another kind than the shape */
export function createGpu(name: GpuShapeName, seed: number, clock: GpuClock = realClock): Gpu {
  const shape = GPU_SHAPES[name];
  const jitter = createJitter(shape.jitter, seed);
  switch (shape.kind) {
    case 'generate': {
      const model = new GenerateModel(shape, clock, jitter);
      return async (work, caller) => occupy(model, work.kind === 'generate' ? work : refuse(name, work), caller);
    }
    case 'encode': {
      const model = new EncodeModel(shape, clock, jitter);
      return async (work, caller) => occupy(model, work.kind === 'encode' ? work : refuse(name, work), caller);
    }
    case 'transcribe': {
      const model = new TranscribeModel(shape, clock, jitter);
      return async (work, caller) => occupy(model, work.kind === 'transcribe' ? work : refuse(name, work), caller);
    }
  }
}

async function occupy<Work>(model: GpuModel<Work>, work: Work, { signal, onToken }: GpuCaller): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const leave = () => {
      call.isAborted = true;
      reject(signal.reason as Error);
    };
    const call: GpuCall<Work> = {
      work,
      isAborted: false,
      ...(onToken && { onToken }),
      onEnd: () => {
        signal.removeEventListener('abort', leave);
        resolve();
      },
    };
    signal.addEventListener('abort', leave, { once: true });
    model.take(call);
  });
}

function refuse(name: GpuShapeName, work: EngineWork): never {
  throw new Error(`The simulated GPU ${name} cannot ${work.kind}.`);
}
