/**
 * What the two ends of a delivery hold of it: the sender its message until somebody has it, then at QoS 2 its number until that is free
 * again [5.0/MQTT-4.3.2-3] [5.0/MQTT-4.3.3-3] [5.0/MQTT-4.3.3-5]; at QoS 2 the receiver the number until it is released
 * [5.0/MQTT-4.3.3-10]. All of it outlives a connection.
 *
 * A machine that tells its state is believed: one with a bug may forget what it should hold. Of others the packets tell.
 */
import type { Publish } from '../../src/mqtt/codec/packet.ts';
import { describePayload, packetOf } from '../../src/trace/describe.ts';
import type { PacketReceived, PacketSent, StateChanged, TraceEvent } from '../../src/trace/event.ts';

/** Where something is in the picture: at an end of an arrow, or at its time. */
export interface Turn {
  /** In microseconds. */
  t: number;
  /** The ordinal with which a packet was sent; 0 where there is none. */
  packet: number;
  /** At the head of its arrow. */
  arrives: boolean;
}

export interface Memory {
  node: string;
  /** At the other end. */
  peer: string;
  packetId: number;
  /** What a sender holds: its payload in a few words. */
  message: string;
  end: 'sender' | 'receiver';
  from: Turn;
  /** Of a sender: from here on only the number is held. */
  handedOver: Turn | undefined;
  /** Undefined when it is held for ever. */
  until: Turn | undefined;
  /** Of a sender that took its number for free while its PUBREL had no answer [5.0/MQTT-4.3.3-5]: when it gave that number anew. */
  tooSoon: Turn | undefined;
}

/** Something that follows from what is held, or is not, and leaves no trace of its own. */
export interface MemoryNote {
  /** A message that goes no further, an answer about a number that is held no more, a number that is given anew while the other end still holds it, or a session that goes on. */
  is: 'known' | 'unknown' | 'taken' | 'present';
  node: string;
  peer: string;
  packetId: number;
  /** Of what is known: its payload in a few words. */
  message: string;
  at: Turn;
}

export interface Memories {
  memories: readonly Memory[];
  notes: readonly MemoryNote[];
  /** By the ordinal with which a packet was sent. */
  ends: ReadonlyMap<number, { from: string; to: string }>;
}

/** A trace has more than anybody could tell apart: then nothing of it is shown. */
const MEMORIES_MAX = 200;
/** `inflight/7` of a sender, `received/7` of a receiver. */
const KEY = /^(inflight|received)\/(\d+)$/;
/** Packet Identifier not found. */
const NOT_FOUND = 0x92;
/** From here on a reason code says that something was refused. */
const REFUSED = 0x80;

/** @param of only exchanges that one of these nodes has to do with. */
export function memoriesOf(events: Iterable<TraceEvent>, of: readonly string[]): Memories {
  const reading = new MemoryReading(of);
  for (const event of events) reading.take(event);
  return reading.memories();
}

class MemoryReading {
  readonly #of: readonly string[];
  readonly #connections = new Map<string, { from: string; to: string; clientId: string }>();
  readonly #sent = new Map<number, PacketSent>();
  readonly #arrivals = new Map<number, PacketReceived>();
  readonly #ends = new Map<number, { from: string; to: string }>();
  readonly #all: Memory[] = [];
  /** By node, peer, end and number: what is held now. */
  readonly #open = new Map<string, Memory>();
  #notes: MemoryNote[] = [];
  /** Nodes that tell what they hold. */
  readonly #tellers = new Set<string>();
  /** By key: when who tells nothing sent its last PUBREL. */
  readonly #released = new Map<string, Turn>();
  /** By entity: the other end of its exchanges. */
  readonly #peers = new Map<string, string>();

  constructor(of: readonly string[]) {
    this.#of = of;
  }

  take(event: TraceEvent): void {
    switch (event.k) {
      case 'conn.dialled':
      case 'conn.accepted':
        if (!this.#connections.has(event.conn))
          this.#connections.set(event.conn, { from: event.from, to: event.to, clientId: '' });
        break;
      case 'packet.sent':
        this.#sentBy(event);
        break;
      case 'packet.received':
        this.#receivedBy(event);
        break;
      case 'state':
        this.#told(event);
        break;
    }
  }

  memories(): Memories {
    if (this.#all.length > MEMORIES_MAX) return { memories: [], notes: [], ends: this.#ends };
    return { memories: this.#all, notes: this.#notes, ends: this.#ends };
  }

  #sentBy(event: PacketSent): void {
    const connection = this.#connections.get(event.conn);
    if (connection === undefined) return;
    const node = event.n;
    const peer = connection.from === node ? connection.to : connection.from;
    this.#sent.set(event.i, event);
    this.#ends.set(event.i, { from: node, to: peer });
    const packet = packetOf(event);
    if (packet === undefined) return;
    const at = turnOf(event, event.i, false);
    if (packet.type === 'connect') {
      this.#peers.set(`${peer}/session/${packet.clientId}`, node);
      this.#peers.set(node, peer);
    } else if (packet.type === 'publish' && packet.qos > 0) {
      const packetId = packet.packetId!;
      const key = keyOf(node, peer, 'sender', packetId);
      const released = this.#released.get(key);
      // Who gives a number anew had none to wait for since its PUBREL.
      if (released !== undefined && !packet.dup) {
        this.#open.get(key)!.tooSoon = at;
        this.#end(key, released);
      }
      if (!packet.dup && this.#open.has(keyOf(peer, node, 'receiver', packetId)))
        this.#note({ is: 'taken', node: peer, peer: node, packetId, message: '', at });
      const before = this.#open.get(key);
      // With an answer and without PUBREL its number was free again.
      if (before === undefined || before.until !== undefined)
        this.#begin({
          node,
          peer,
          end: 'sender',
          packetId,
          message: describePayload(packet.payload),
          from: at,
        });
    } else if (packet.type === 'pubrel' && !this.#tellers.has(node)) {
      const key = keyOf(node, peer, 'sender', packet.packetId);
      const held = this.#open.get(key);
      if (held === undefined) return;
      held.until = undefined;
      this.#released.set(key, at);
    } else if (packet.type === 'pubrec' && (packet.reasonCode ?? 0) >= REFUSED) {
      this.#end(keyOf(node, peer, 'receiver', packet.packetId), at);
    } else if (packet.type === 'connack' && packet.sessionPresent) {
      this.#note({ is: 'present', node, peer, packetId: 0, message: '', at });
    } else if (packet.type === 'pubcomp' && packet.reasonCode === NOT_FOUND) {
      this.#note({ is: 'unknown', node, peer, packetId: packet.packetId, message: '', at });
    }
  }

  #receivedBy(event: PacketReceived): void {
    const sent = this.#sent.get(event.of);
    const ends = this.#ends.get(event.of);
    if (sent === undefined || ends === undefined) return;
    this.#arrivals.set(event.i, event);
    const packet = packetOf(sent);
    const [node, peer] = [ends.to, ends.from];
    const at = turnOf(event, event.of, true);
    if (packet?.type === 'publish' && packet.qos === 2) this.#came(node, peer, packet, at);
    // Who tells what it holds says itself when it ends.
    if (this.#tellers.has(node)) return;
    switch (packet?.type) {
      case 'pubrel':
        this.#end(keyOf(node, peer, 'receiver', packet.packetId), at);
        break;
      case 'puback':
      case 'pubcomp':
        this.#end(keyOf(node, peer, 'sender', packet.packetId), at);
        break;
      case 'pubrec':
        this.#handOver(keyOf(node, peer, 'sender', packet.packetId), packet.reasonCode ?? 0, at);
        break;
    }
  }

  /** A message of QoS 2 has arrived. */
  #came(node: string, peer: string, publish: Publish, at: Turn): void {
    const what = { node, peer, packetId: publish.packetId!, message: describePayload(publish.payload) };
    if (this.#open.has(keyOf(node, peer, 'receiver', what.packetId)))
      this.#note({ is: 'known', ...what, at });
    else if (!this.#tellers.has(node)) this.#begin({ ...what, end: 'receiver', from: at });
  }

  /** A PUBREC has arrived at who tells nothing. */
  #handOver(key: string, reasonCode: number, at: Turn): void {
    const held = this.#open.get(key);
    if (held === undefined || held.handedOver !== undefined) return;
    if (reasonCode >= REFUSED) {
      this.#end(key, at);
      return;
    }
    held.handedOver = at;
    // Until it sends PUBREL nothing says that it holds any more than this.
    held.until = at;
  }

  #told({ c, d, entity, n, t }: StateChanged): void {
    for (const [name, , now] of d) {
      const [, list, number] = KEY.exec(name) ?? [];
      const peer = this.#peers.get(entity);
      if (list === undefined) continue;
      this.#tellers.add(n);
      if (peer === undefined) continue;
      const packetId = Number(number);
      const key = keyOf(n, peer, list === 'inflight' ? 'sender' : 'receiver', packetId);
      const cause = this.#arrivals.get(c);
      const at = cause === undefined ? { t, packet: 0, arrives: false } : turnOf(cause, cause.of, true);
      const held = this.#open.get(key);
      if (now === null) this.#end(key, at);
      else if (list === 'received') {
        if (held === undefined)
          this.#begin({ node: n, peer, end: 'receiver', packetId, message: '', from: at });
        // What is new to a machine was not known to it.
        this.#notes = this.#notes.filter((note) => note.at.packet !== at.packet);
      } else if (now === 'PUBCOMP' && held !== undefined) held.handedOver ??= at;
    }
  }

  #begin(what: Omit<Memory, 'handedOver' | 'tooSoon' | 'until'>): void {
    const { end, node, packetId, peer } = what;
    if (this.#all.length > MEMORIES_MAX || !this.#concerns(node, peer)) return;
    const memory: Memory = { ...what, handedOver: undefined, until: undefined, tooSoon: undefined };
    this.#all.push(memory);
    this.#open.set(keyOf(node, peer, end, packetId), memory);
  }

  #end(key: string, at: Turn): void {
    const held = this.#open.get(key);
    if (held === undefined) return;
    held.until = at;
    this.#open.delete(key);
    this.#released.delete(key);
  }

  #note(note: MemoryNote): void {
    if (this.#notes.length < MEMORIES_MAX && this.#concerns(note.node, note.peer)) this.#notes.push(note);
  }

  #concerns(node: string, peer: string): boolean {
    return this.#of.includes(node) || this.#of.includes(peer);
  }
}

function turnOf({ t }: { t: number }, packet: number, arrives: boolean): Turn {
  return { t, packet, arrives };
}

function keyOf(node: string, peer: string, end: Memory['end'], packetId: number): string {
  return JSON.stringify([node, peer, end, packetId]);
}
