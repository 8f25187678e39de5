/**
 * What the packets of a trace tell of a moment without the machines' own words: which connections stand, what was granted on them,
 * and which packets are on their way.
 */
import { CodecError } from '../../src/mqtt/codec/codec-error.ts';
import { decode } from '../../src/mqtt/codec/index.ts';
import type { Packet } from '../../src/mqtt/codec/packet.ts';
import type { PacketSent } from '../../src/trace/event.ts';
import type { Story } from '../index/story.ts';
import { readFacts } from './packet-facts.ts';
import { packetText } from './packet-label.ts';

/** Connections and packets that are told; further ones are counted. */
const TOLD_MAX = 100;
const SUBSCRIBE = 8;
const UNSUBACK = 11;

export interface StandingConnection {
  name: string;
  from: string;
  to: string;
  /** The ordinal with which it began. */
  since: number;
  /** Filters that were granted on it, with their QoS. */
  granted: readonly { filter: string; qos: number }[];
}

export interface WireState {
  connections: readonly StandingConnection[];
  connectionsLeft: number;
  underWay: readonly { i: number; t: number; text: string; from: string; to: string }[];
  underWayLeft: number;
}

/** @param of only what these nodes have to do with; everything without them. */
export function wireStateAt(story: Story, ordinal: number, of?: ReadonlySet<string>): WireState {
  const concerns = (from: string, to: string): boolean => of === undefined || of.has(from) || of.has(to);
  const standing = story.connections.filter(
    ({ from, to, dialled, established, ended }) =>
      firstOf(dialled, established) <= ordinal && (ended === 0 || ended > ordinal) && concerns(from, to),
  );
  const granted = grantedAt(story, ordinal);
  const { sent, end } = story.flights;
  const underWay: number[] = [];
  for (let flight = 0; flight < story.flightCount && sent[flight]! <= ordinal; flight++) {
    if (end[flight]! !== 0 && end[flight]! <= ordinal) continue;
    if (of !== undefined) {
      const { from, to } = story.flight(flight);
      if (!concerns(from, to)) continue;
    }
    underWay.push(flight);
  }
  return {
    connections: standing.slice(0, TOLD_MAX).map(({ name, from, to, dialled, established }) => ({
      name,
      from,
      to,
      since: firstOf(dialled, established),
      granted: [...(granted.get(name) ?? [])].map(([filter, qos]) => ({ filter, qos })),
    })),
    connectionsLeft: Math.max(0, standing.length - TOLD_MAX),
    underWay: underWay.slice(-TOLD_MAX).map((flight) => {
      const { sent: packet, from, to } = story.flight(flight);
      return { i: packet.i, t: packet.t, text: packetText(readFacts(packet)), from, to };
    }),
    underWayLeft: Math.max(0, underWay.length - TOLD_MAX),
  };
}

/** One whose dialling was not seen began when it was heard of. */
function firstOf(dialled: number, established: number): number {
  return dialled > 0 ? dialled : established;
}

/** By connection: the filters that SUBACKs granted and UNSUBACKs did not take back, up to an event. */
function grantedAt(story: Story, ordinal: number): Map<string, Map<string, number>> {
  const { sent, firstByte } = story.flights;
  const granted = new Map<string, Map<string, number>>();
  const asked = new Map<string, readonly string[]>();
  for (let flight = 0; flight < story.flightCount && sent[flight]! <= ordinal; flight++) {
    const type = firstByte[flight]! >> 4;
    if (type < SUBSCRIBE || type > UNSUBACK) continue;
    const event = story.flight(flight).sent;
    const packet = decoded(event);
    if (packet === undefined || !('packetId' in packet)) continue;
    const exchange = `${event.conn} ${packet.packetId}`;
    const filters = granted.get(event.conn) ?? new Map<string, number>();
    granted.set(event.conn, filters);
    if (packet.type === 'subscribe') {
      asked.set(
        exchange,
        packet.subscriptions.map(({ filter }) => filter),
      );
    } else if (packet.type === 'unsubscribe') asked.set(exchange, packet.filters);
    else if (packet.type === 'suback') {
      for (const [at, filter] of (asked.get(exchange) ?? []).entries()) {
        const code = packet.reasonCodes[at] ?? 0x80;
        if (code < 0x80) filters.set(filter, code);
      }
    } else if (packet.type === 'unsuback') {
      for (const filter of asked.get(exchange) ?? []) filters.delete(filter);
    }
  }
  return granted;
}

function decoded({ bytes, v, malformed }: PacketSent): Packet | undefined {
  if (malformed !== undefined) return undefined;
  try {
    return decode(bytes, v === 0 ? 4 : v);
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}
