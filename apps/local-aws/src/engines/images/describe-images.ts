import { EngineRejection } from '../engine-rejection.js';
import { readImageFacts } from './image-size.js';

export interface DescribedImage {
  readonly description: string;
  readonly tokens: number;
}

// Qwen2-VL spends one token on a square of 28 x 28 pixels.
const pixelsPerTokenSide = 28;
const tokensOfUnseenImage = 85;

/**
 * What the stand-in can honestly say of an image: its type, size and bytes.
 * @throws EngineRejection where a data URL holds no image
 */
export function describeImage(url: string): DescribedImage {
  if (!url.startsWith('data:')) {
    return {
      description: `an image at ${url} that I have not looked at, since this local stand-in fetches no URLs`,
      tokens: tokensOfUnseenImage,
    };
  }
  const bytes = decodeDataUrl(url);
  const facts = bytes && readImageFacts(bytes);
  if (bytes === undefined || facts === undefined) {
    throw new EngineRejection('Failed to load image: cannot identify image file', 'messages');
  }
  const { type, width, height } = facts;
  return {
    description: `a ${type} of ${width}x${height} pixels (${bytes.length} bytes)`,
    tokens: Math.ceil(width / pixelsPerTokenSide) * Math.ceil(height / pixelsPerTokenSide),
  };
}

function decodeDataUrl(url: string): Buffer | undefined {
  const comma = url.indexOf(',');
  if (comma < 0 || !url.slice(0, comma).endsWith(';base64')) return undefined;
  return Buffer.from(url.slice(comma + 1), 'base64');
}
