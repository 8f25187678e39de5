/** What the ends agree on about segments: sizes, the identity that luck is keyed by, and the answer to a stray one. */
import type { Micros } from '../../mqtt/machine.ts';
import { mix } from '../rng.ts';
import { type Flag, Segment } from '../transport.ts';

/** Bytes of payload of a full segment: Ethernet's 1500 less IPv4, TCP and the timestamps option. */
export const MAXIMUM_SEGMENT_SIZE = 1448;

/** Bytes on the wire besides the payload: 20 of IPv4, 20 of TCP, 12 of timestamps. */
export const HEADER_BYTES = 52;

/** Shared by every segment that reports no range. */
export const NO_RANGES: readonly number[] = [];

/** A segment as TCP sends it. */
export class TcpSegment extends Segment {
  /**
   * Ranges received above `ack`, [from, to) pairs, newest first; empty when there are none. A first pair that is below `ack` or inside
   * the second tells what arrived twice (RFC 2883).
   */
  readonly sack: readonly number[];
  /** Bytes above `ack` that the sender has room for. */
  readonly window: number;
  /** When it was sent and what it echoes, for RTT samples as TCP timestamps give them. */
  readonly sentAt: Micros;
  readonly echo: Micros;

  constructor(
    from: number,
    to: number,
    flag: Flag,
    ack: number,
    attempt: number,
    sack: readonly number[],
    window: number,
    sentAt: Micros,
    echo: Micros,
  ) {
    super(from, to, flag, ack, attempt);
    this.sack = sack;
    this.window = window;
    this.sentAt = sentAt;
    this.echo = echo;
  }
}

/** Length of a segment on the wire, for a link. */
export function bytesOnWire(segment: Segment): number {
  return segment.to - segment.from + HEADER_BYTES;
}

const PURE_ACK = 1;
const PAYLOAD = 2;
const SYN = 3;
const RST = 4;

/**
 * What a transmission is, as a number to key its luck by (see `luck` in rng.ts), the same whatever else happens on the
 * connection. Mix the connection and the direction in before use.
 *
 * Payload, SYN and FIN are known by their first byte and the attempt; an acknowledgement without payload
 * by what it acknowledges and how often that was said; a reset by what provoked it.
 */
export function segmentKey(segment: Segment): number {
  if (segment.rst) return mix(mix(mix(RST, segment.from), segment.ack), segment.attempt);
  if (segment.syn) return mix(SYN, segment.attempt);
  if (segment.to > segment.from || segment.fin) return mix(mix(PAYLOAD, segment.from), segment.attempt);
  return mix(mix(PURE_ACK, segment.ack), segment.attempt);
}

/**
 * The reset that a host sends in answer to a segment of a connection it does not know: nobody listens on that port, or
 * it was rebooted, or the process is gone. A reset is never answered: check `segment.rst` first.
 */
export function resetFor(segment: Segment): Segment {
  const at = Math.max(0, segment.ack);
  return new Segment(at, at, 'rst', segment.to, segment.attempt);
}
