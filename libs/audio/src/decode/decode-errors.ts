import { GatewayError } from '#platform';

const REMEDY = 'Send a whole recording as mp3, m4a, mp4, wav, flac, ogg, opus, webm or amr.';

export function invalidAudio(fault: string): GatewayError {
  return new GatewayError('invalid_value', `Invalid 'file': ${fault} ${REMEDY}`, { param: 'file' });
}

export function tooLong(maxSeconds: number): GatewayError {
  const hours = Math.round(maxSeconds / 360) / 10;
  const message = `Invalid 'file': the recording is longer than ${hours} hours. Split it and send the parts.`;
  return new GatewayError('invalid_value', message, { param: 'file' });
}

export function tooSlow(): GatewayError {
  return invalidAudio('it could not be decoded in time.');
}

export function sourceTooSlow(): GatewayError {
  return new GatewayError('storage_unavailable', 'The recording did not come from the store in time.');
}

export function tooLarge(): GatewayError {
  return invalidAudio('decoding it takes more memory than any recording should.');
}

export function cannotRun(cause: unknown): GatewayError {
  const message = 'Recordings cannot be decoded here: an operator must install ffmpeg, or the npm package node-av.';
  return new GatewayError('internal_error', message, { cause });
}
