import { SpeechUseCase, type InferenceStream, type TranscriptionCall, type TranscriptionReply } from '#inference';

/** Answers every recording the same way, and keeps the calls it was given. */
export class ScriptedSpeech extends SpeechUseCase {
  readonly calls: TranscriptionCall[] = [];

  override create(call: TranscriptionCall): Promise<TranscriptionReply> {
    this.calls.push(call);
    return Promise.resolve({ body: Buffer.from('{"text":"hello there"}'), contentType: 'application/json' });
  }

  override stream(call: TranscriptionCall): Promise<InferenceStream> {
    this.calls.push(call);
    return Promise.resolve({ frames: frames(), usage: () => undefined });
  }
}

async function* frames(): AsyncGenerator<Buffer> {
  yield Buffer.from('data: {"type":"transcript.text.delta","delta":"hello there"}\n\n');
  yield Buffer.from('data: {"type":"transcript.text.done","text":"hello there"}\n\n');
  yield await Promise.resolve(Buffer.from('data: [DONE]\n\n'));
}
