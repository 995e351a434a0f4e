/**
 * What may be opened, by FFmpeg's names. Playlists and lists of files (hls, concat, dash, image2 …) are not among them:
 * they would make the decoder read other files, or the network.
 */
export const ALLOWED_FORMATS = [
  'mov',
  'mp3',
  'wav',
  'w64',
  'flac',
  'ogg',
  'matroska',
  'amr',
  'aac',
  'aiff',
  'caf',
] as const;
