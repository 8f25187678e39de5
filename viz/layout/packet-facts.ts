/** What is said of a packet whose bytes the codec has judged: of those that are none it is said, and nothing that they seem to hold. */
import { CodecError } from '../../src/mqtt/codec/codec-error.ts';
import { decode } from '../../src/mqtt/codec/index.ts';
import type { PacketSent } from '../../src/trace/event.ts';
import { factsOf, type PacketFacts } from './packet-label.ts';

export function readFacts(sent: PacketSent): PacketFacts {
  return factsOf(sent, faultOf(sent));
}

/** Protocol level to read by: a connection that has not said its own yet is read as 3.1.1. */
function faultOf({ bytes, malformed, v }: PacketSent): string | undefined {
  if (malformed !== undefined) return malformed;
  try {
    decode(bytes, v === 0 ? 4 : v);
    return undefined;
  } catch (error) {
    if (error instanceof CodecError) return error.message;
    throw error;
  }
}
