/**
 * One event as a filter sees it. What is about a packet is asked of its sending, also for its arrival and its loss; a
 * packet is decoded when the first term needs it, and once.
 */
import type { Packet } from '../../src/mqtt/codec/packet.ts';
import { parseShared } from '../../src/mqtt/topic/validity.ts';
import { packetOf } from '../../src/trace/describe.ts';
import type { PacketSent, TraceEvent, TraceMessage, WebSocketSent } from '../../src/trace/event.ts';
import type { Flight, Story } from '../layout/story.ts';
import { SeenPackets } from './seen.ts';

const NONE: readonly never[] = [];
const PUBLISH = 3;

export class Subject {
  readonly story: Story;
  event!: TraceEvent;
  /** Of a packet; undefined for all else. */
  flight: Flight | undefined;
  /** The sending of the packet, frame or handshake that the event is about. */
  carrier: PacketSent | WebSocketSent | undefined;
  readonly #seen: SeenPackets;
  #packet: Packet | undefined;
  #decoded = false;

  constructor(story: Story) {
    this.story = story;
    this.#seen = new SeenPackets(story);
  }

  /** Turns to another event; false when the trace has none of this ordinal. */
  turnTo(ordinal: number): boolean {
    const event = this.story.event(ordinal);
    if (event === undefined) return false;
    this.event = event;
    this.flight = undefined;
    this.carrier = undefined;
    this.#decoded = false;
    this.#packet = undefined;
    switch (event.k) {
      case 'packet.sent':
        this.flight = this.story.flightOf(event.i);
        this.carrier = event;
        break;
      case 'packet.received':
      case 'packet.lost':
        this.flight = this.story.flightOf(event.of);
        this.carrier = this.flight?.sent;
        break;
      case 'websocket.sent':
        this.carrier = event;
        break;
      case 'websocket.received':
      case 'websocket.lost': {
        const sent = this.story.event(event.of);
        if (sent?.k === 'websocket.sent') this.carrier = sent;
        break;
      }
    }
    return true;
  }

  get sent(): PacketSent | undefined {
    return this.flight?.sent ?? (this.event.k === 'packet.sent' ? this.event : undefined);
  }

  /** The first byte of the packet, 0 when there is none. */
  get firstByte(): number {
    const bytes = this.sent?.bytes;
    return bytes === undefined || bytes.length === 0 ? 0 : bytes[0]!;
  }

  /** The first byte of a PUBLISH whose bytes were a packet, 0 of anything else. */
  get publishByte(): number {
    const first = this.firstByte;
    return first >> 4 === PUBLISH && this.sent!.malformed === undefined ? first : 0;
  }

  get packet(): Packet | undefined {
    if (!this.#decoded) {
      this.#decoded = true;
      const { sent } = this;
      this.#packet = sent === undefined ? undefined : packetOf(sent);
    }
    return this.#packet;
  }

  /** The message of an application's call or delivery. */
  get message(): TraceMessage | undefined {
    const { event } = this;
    if (event.k === 'app.delivered') return event.message;
    return event.k === 'app.call' && event.op === 'publish' ? event.message : undefined;
  }

  get connection(): string | undefined {
    return 'conn' in this.event ? this.event.conn : undefined;
  }

  get client(): string | undefined {
    const { connection, event } = this;
    if (connection !== undefined) return this.#seen.clientOf(connection);
    if (event.k === 'app.call' && event.op === 'connect') return event.client;
    if (event.k === 'told') return event.client;
    return event.k === 'obituary' ? event.to : undefined;
  }

  /** Topic Names of messages and wills, and the filters of subscriptions without their share. */
  get topics(): readonly string[] {
    const { event, message, packet } = this;
    if (message !== undefined) return [message.topic];
    if (event.k === 'app.call') {
      if (event.op === 'subscribe') return event.filters.map(({ filter }) => unshared(filter));
      if (event.op === 'unsubscribe') return event.filters.map(unshared);
      return event.op === 'connect' && event.will !== undefined ? [event.will.topic] : NONE;
    }
    if (event.k === 'told') return event.topic === undefined ? NONE : [event.topic];
    switch (packet?.type) {
      case 'publish': {
        if (packet.topic !== '') return [packet.topic];
        const topic = this.#seen.topicOf(this.sent!.i);
        return topic === undefined ? NONE : [topic];
      }
      case 'subscribe':
        return packet.subscriptions.map(({ filter }) => unshared(filter));
      case 'unsubscribe':
        return packet.filters.map(unshared);
      case 'connect':
        return packet.will === undefined ? NONE : [packet.will.topic];
      default:
        return NONE;
    }
  }
}

function unshared(filter: string): string {
  return parseShared(filter)?.filter ?? filter;
}
