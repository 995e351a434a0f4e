// The polynomial of the NVM Express specification, bit-reversed.
const polynomial = 0x9a6c9329ac4bc9b5n;

const table = Array.from({ length: 256 }, (_, byte) => {
  let remainder = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1n ? (remainder >> 1n) ^ polynomial : remainder >> 1n;
  return remainder;
});
// Two halves of 32 bits each: BigInt arithmetic on every byte would be a hundred times slower.
const tableHigh = Uint32Array.from(table, (entry) => Number(entry >> 32n));
const tableLow = Uint32Array.from(table, (entry) => Number(entry & 0xffffffffn));

/** CRC64NVME of `bytes`, continuing from `previous` (0n at the start). */
export function crc64Nvme(bytes: Uint8Array, previous = 0n): bigint {
  let high = ~Number(previous >> 32n);
  let low = ~Number(previous & 0xffffffffn);
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (tableLow[index] ?? 0);
    high = (high >>> 8) ^ (tableHigh[index] ?? 0);
  }
  return (BigInt(~high >>> 0) << 32n) | BigInt(~low >>> 0);
}
