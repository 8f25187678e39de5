/** What kind of thing something is that is no packet: a server owes each another answer. */
import { type CodecError, UNSUPPORTED_PROTOCOL_VERSION } from '../../mqtt/codec/codec-error.ts';
import { RULES } from '../rules/rules.ts';

/**
 * A CONNECT of a protocol that is not known, a CONNECT before 5.0 or of 5.0 with something wrong in it, a SUBSCRIBE with bits that are
 * reserved, or anything else.
 */
export type Garbled = 'strange protocol' | 'old connect' | 'connect' | 'options' | 'bytes';

const RESERVED_BITS: ReadonlySet<string> = new Set(RULES['error.options'].statements);
const CONNECT = 1;
const LEVEL_OF_5_0 = 5;

export function garbledBy(bytes: Uint8Array, error: CodecError): Garbled {
  if (RESERVED_BITS.has(error.rule)) return 'options';
  if (bytes[0]! >> 4 !== CONNECT) return 'bytes';
  if (error.reasonCode === UNSUPPORTED_PROTOCOL_VERSION) return 'strange protocol';
  return (levelOf(bytes) ?? LEVEL_OF_5_0) < LEVEL_OF_5_0 ? 'old connect' : 'connect';
}

/** Protocol Level of a CONNECT; undefined when it is not that long. */
function levelOf(bytes: Uint8Array): number | undefined {
  let at = 1;
  // The Remaining Length goes on as long as its bytes have the highest bit [5.0/1.5.5].
  while ((bytes[at] ?? 0) >= 0x80) at++;
  const nameLength = ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
  return bytes[at + 3 + nameLength];
}
