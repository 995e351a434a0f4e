/**
 * Gives back the memory of bytes that nobody looks at any more, which are empty then. What comes from a socket comes in
 * pieces that are left to the garbage collector: of some hundred megabytes it is woken for every forty, and looks through
 * all that lives. Bytes that share their memory with others stay as they are.
 *
 * Never for what the system may still be writing: it would read memory that is another's by then.
 */
export function freeBytes(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) buffer.transfer(0);
}
