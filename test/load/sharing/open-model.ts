import { createJitter } from '#source/apps/local-aws/src/engines/gpu/create-jitter';
import { EncodeModel } from '#source/apps/local-aws/src/engines/gpu/encode-model';
import type { EngineWork } from '#source/apps/local-aws/src/engines/gpu/engine-work';
import { GenerateModel } from '#source/apps/local-aws/src/engines/gpu/generate-model';
import type { GpuCall, GpuClock, GpuModel } from '#source/apps/local-aws/src/engines/gpu/gpu-model.port';
import { GPU_SHAPES, type GpuShapeName } from '#source/apps/local-aws/src/engines/gpu/gpu-shapes';
import { TranscribeModel } from '#source/apps/local-aws/src/engines/gpu/transcribe-model';

/** The simulated GPU of a shape, without the promises that a virtual clock cannot wait for. */
export function openModel(name: GpuShapeName, seed: number, clock: GpuClock): (call: GpuCall<EngineWork>) => void {
  const shape = GPU_SHAPES[name];
  const jitter = createJitter(shape.jitter, seed);
  switch (shape.kind) {
    case 'generate':
      return takeInto(new GenerateModel(shape, clock, jitter));
    case 'encode':
      return takeInto(new EncodeModel(shape, clock, jitter));
    case 'transcribe':
      return takeInto(new TranscribeModel(shape, clock, jitter));
  }
}

/** Whoever draws calls for a shape draws those of its kind. */
function takeInto<Work>(model: GpuModel<Work>): (call: GpuCall<EngineWork>) => void {
  return (call) => model.take(call as GpuCall<unknown> as GpuCall<Work>);
}
