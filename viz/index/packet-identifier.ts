/** The Packet Identifier of an encoded packet, read without decoding the rest [3.1.1/MQTT-2.3.1-1]. */

const PUBLISH = 3;
const UNSUBACK = 11;

/** 0 for a packet that has none, or of which that much is not there. It is the first `length` of these bytes. */
export function packetIdentifierOf(bytes: Uint8Array, length = bytes.length): number {
  const type = length === 0 ? 0 : bytes[0]! >> 4;
  if (type < PUBLISH || type > UNSUBACK) return 0;
  let at = 1;
  while (at < 5 && at < length && bytes[at]! >= 0x80) at++;
  at++;
  if (type === PUBLISH) {
    if ((bytes[0]! & 0x06) === 0 || at + 1 >= length) return 0;
    at += 2 + ((bytes[at]! << 8) | bytes[at + 1]!);
  }
  return at + 1 < length ? (bytes[at]! << 8) | bytes[at + 1]! : 0;
}
