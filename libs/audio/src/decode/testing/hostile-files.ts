import { readFileSync } from 'node:fs';

/** A file that is no whole recording, under a name that says what is wrong with it. */
export interface HostileFile {
  readonly name: string;
  readonly bytes: Buffer;
}

export const FORMATS = ['mp3', 'm4a', 'mp4', 'wav', 'flac', 'ogg', 'opus', 'webm'] as const;

export function readRecording(format: (typeof FORMATS)[number]): Buffer {
  return readFileSync(new URL(`./recordings/words.${format}`, import.meta.url));
}

/** An MP3 file whose title is this. */
export function titledMp3(title: string): Buffer {
  const text = Buffer.concat([Buffer.from([0]), Buffer.from(title, 'latin1')]);
  const frame = Buffer.concat([Buffer.from('TIT2\0\0\0\0\0\0', 'latin1'), text]);
  frame.writeUInt32BE(text.length, 4);
  const header = Buffer.from('ID3\x03\0\0\0\0\0\0', 'latin1');
  header[8] = frame.length >> 7;
  header[9] = frame.length & 0x7f;
  return Buffer.concat([header, frame, readRecording('mp3')]);
}

const AMR_HEADER = Buffer.from('#!AMR\n');
/** A frame of 20 ms at 4.75 kbit/s: what kind it is, and its bits. */
const AMR_FRAME_BYTES = 13;
const AMR_FRAME_KIND = 0x04;
const AMR_FRAMES_PER_SECOND = 50;

/** A telephone's recording of next to nothing: a fiftieth of the size of its samples. */
export function amrHum(seconds: number): Buffer {
  const frames = Buffer.alloc(seconds * AMR_FRAMES_PER_SECOND * AMR_FRAME_BYTES);
  for (let at = 0; at < frames.length; at += AMR_FRAME_BYTES) frames[at] = AMR_FRAME_KIND;
  return Buffer.concat([AMR_HEADER, frames]);
}

/** Files that no decoder may take for a recording: empty, cut, damaged, of another kind, or made to do harm. */
export function hostileFiles(): HostileFile[] {
  return [...noAudio(), ...harmful(), ...FORMATS.flatMap(damaged), ...lyingWavs(), ...cutOff(), ...lyingContainers()];
}

function noAudio(): HostileFile[] {
  const random = Buffer.from(Array.from({ length: 20_000 }, (_, index) => (index * 7919 + (index >> 3) * 31) % 251));
  return [
    ['empty', Buffer.alloc(0)],
    ['one byte', Buffer.from([0xff])],
    ['zeros', Buffer.alloc(100_000)],
    ['noise', random],
    ['text', Buffer.from('This is no recording.\n'.repeat(500))],
    ['html', Buffer.from('<!doctype html><html><body>404 Not Found</body></html>')],
    ['json', Buffer.from(JSON.stringify({ error: { message: 'Access denied' } }))],
    ['subtitles', Buffer.from('1\n00:00:00,000 --> 00:00:02,000\nHello\n')],
    ['zip', Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), random])],
    ['pdf', Buffer.concat([Buffer.from('%PDF-1.7\n'), random])],
    ['png', Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), random])],
    ['gif', Buffer.from('GIF89a\x01\x00\x01\x00\x00\x00\x00;', 'latin1')],
    ['program', Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), random])],
    ['id3 tag alone', Buffer.from('ID3\x04\x00\x00\x00\x00\x00\x0a\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00', 'latin1')],
  ].map(([name, bytes]) => ({ name: String(name), bytes: bytes as Buffer }));
}

/** Playlists and scripts that would have a decoder read other files or the network. */
function harmful(): HostileFile[] {
  const secret = '/etc/passwd';
  return Object.entries({
    'playlist of a local file': `#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://${secret}\n#EXT-X-ENDLIST\n`,
    'playlist of the network':
      '#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://169.254.169.254/latest/\n#EXT-X-ENDLIST\n',
    'list of files': `ffconcat version 1.0\nfile '${secret}'\n`,
    'session description': 'v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n',
    'dash manifest': `<?xml version="1.0"?><MPD type="static"><BaseURL>file://${secret}</BaseURL></MPD>`,
    'metadata file': ';FFMETADATA1\ntitle=x\n',
  }).map(([name, text]) => ({ name, bytes: Buffer.from(text) }));
}

/** What a broken upload, a bad disk and a bad splice leave of a recording. */
function damaged(format: (typeof FORMATS)[number]): HostileFile[] {
  const whole = readRecording(format);
  const middle = whole.length >> 1;
  const scrambled = Buffer.from(whole);
  for (let at = 16; at < scrambled.length; at++) scrambled[at] = (scrambled[at] ?? 0) ^ ((at * 131) % 256);
  return [
    { name: `${format} of its first bytes`, bytes: whole.subarray(0, 24) },
    {
      name: `${format} without its head`,
      bytes: Buffer.concat([Buffer.alloc(64), whole.subarray(middle, middle + 200)]),
    },
    { name: `${format} scrambled`, bytes: scrambled },
  ];
}

/** Uploads that ended early, of formats that tell. */
function cutOff(): HostileFile[] {
  return (['m4a', 'mp4', 'wav', 'flac', 'webm'] as const).map((format) => {
    const whole = readRecording(format);
    return { name: `${format} that is cut off`, bytes: whole.subarray(0, Math.round(whole.length * 0.6)) };
  });
}

/** Headers that promise what is not there. */
function lyingContainers(): HostileFile[] {
  const changed = (format: (typeof FORMATS)[number], name: string, change: (bytes: Buffer) => void): HostileFile => {
    const bytes = Buffer.from(readRecording(format));
    change(bytes);
    return { name: `${format} ${name}`, bytes };
  };
  return [
    changed('m4a', 'whose sound lies behind its end', (bytes) => {
      // Behind the name: version, how many places there are, and the first of them.
      bytes.writeUInt32BE(0x7fffffff, bytes.indexOf('stco') + 12);
    }),
    changed('mp4', 'that has no index', (bytes) => bytes.write('junk', bytes.indexOf('moov'))),
    changed('flac', 'that says to last for hours', (bytes) => {
      // The length in samples: 36 bits behind rate, channels and depth of the first block.
      bytes.writeUInt32BE(0x7fffffff, 22);
    }),
    changed('ogg', 'whose pages are of no stream', (bytes) => {
      for (let at = bytes.indexOf('OggS'); at !== -1; at = bytes.indexOf('OggS', at + 1)) bytes[at + 14] = at % 251;
    }),
    changed('webm', 'whose tracks are of an unknown codec', (bytes) => {
      bytes.write('A_NOBODY', bytes.indexOf('A_OPUS'));
    }),
  ];
}

function lyingWavs(): HostileFile[] {
  const wav = readRecording('wav');
  const changed = (name: string, change: (bytes: Buffer) => void): HostileFile => {
    const bytes = Buffer.from(wav);
    change(bytes);
    return { name: `wav with ${name}`, bytes };
  };
  return [
    changed('no channels', (bytes) => bytes.writeUInt16LE(0, 22)),
    changed('too many channels', (bytes) => bytes.writeUInt16LE(65_535, 22)),
    changed('no sample rate', (bytes) => bytes.writeUInt32LE(0, 24)),
    changed('a codec of nobody', (bytes) => bytes.writeUInt16LE(0x7777, 20)),
    changed('samples of no bits', (bytes) => bytes.writeUInt16LE(0, 34)),
    { name: 'wav of a header alone', bytes: wav.subarray(0, 44) },
  ];
}
