/**
 * One event as a filter sees it. What is about a packet is asked of its sending, also for its arrival and its loss. Columns
 * answer most questions; an event is made and a packet decoded when the first term needs it, and once.
 */
import type { Packet } from '../../src/mqtt/codec/packet.ts';
import { parseShared } from '../../src/mqtt/topic/validity.ts';
import { packetOf } from '../../src/trace/describe.ts';
import type { PacketSent, TraceEvent, TraceMessage, WebSocketSent } from '../../src/trace/event.ts';
import { KIND_CODES } from '../index/event-columns.ts';
import { GROUPS } from '../index/group.ts';
import type { Story } from '../index/story.ts';
import { SeenPackets } from './seen.ts';

const NONE: readonly never[] = [];
const PUBLISH = 3;
const RECEIVED = KIND_CODES['packet.received'];
const LOST = KIND_CODES['packet.lost'];
const APP_CALL = KIND_CODES['app.call'];
/** Of other kinds nobody needs to make the event to know that it has none. */
const WITH_MESSAGES = new Set([APP_CALL, KIND_CODES['app.delivered']]);
const WITH_TOPICS = new Set([...WITH_MESSAGES, KIND_CODES.told]);
const WITH_CLIENTS = new Set([APP_CALL, KIND_CODES.told, KIND_CODES.obituary]);
const OF_WEBSOCKETS = new Set([
  KIND_CODES['websocket.sent'],
  KIND_CODES['websocket.received'],
  KIND_CODES['websocket.lost'],
]);
const FAULT = GROUPS.indexOf('fault');

export class Subject {
  readonly story: Story;
  ordinal = 0;
  /** The place of its packet among the flights; -1 for an event that is of none. */
  flight = -1;
  readonly #seen: SeenPackets;
  #event: TraceEvent | undefined;
  #sent: PacketSent | undefined;
  #packet: Packet | undefined;
  #decoded = false;

  constructor(story: Story) {
    this.story = story;
    this.#seen = new SeenPackets(story);
  }

  /** Turns to another event; false when the trace has none of this ordinal. */
  turnTo(ordinal: number): boolean {
    if (!(ordinal >= 1 && ordinal <= this.story.eventCount)) return false;
    this.ordinal = ordinal;
    this.flight = this.story.events.flight[ordinal - 1]!;
    this.#event = undefined;
    this.#sent = undefined;
    this.#packet = undefined;
    this.#decoded = false;
    return true;
  }

  /** A place in the list of kinds. */
  get kind(): number {
    return this.story.events.kind[this.ordinal - 1]!;
  }

  get time(): number {
    return this.story.events.time[this.ordinal - 1]!;
  }

  get event(): TraceEvent {
    this.#event ??= this.story.event(this.ordinal)!;
    return this.#event;
  }

  /** The name of its connection. */
  get connection(): string | undefined {
    const code = this.story.events.conn[this.ordinal - 1]!;
    return code < 0 ? undefined : this.story.connections[code]!.name;
  }

  /** The first byte of the packet, 0 when there is none. */
  get firstByte(): number {
    return this.flight < 0 ? 0 : this.story.flights.firstByte[this.flight]!;
  }

  /** The first byte of a PUBLISH whose bytes were a packet, 0 of anything else. */
  get publishByte(): number {
    const { events, flights } = this.story;
    const first = this.firstByte;
    if (first >> 4 !== PUBLISH) return 0;
    return events.group[flights.sent[this.flight]! - 1] === FAULT ? 0 : first;
  }

  /** The ordinals of the sending and of the arrival or loss of the packet; 0 for none. */
  get departure(): number {
    return this.flight < 0 ? 0 : this.story.flights.sent[this.flight]!;
  }
  get end(): number {
    return this.flight < 0 ? 0 : this.story.flights.end[this.flight]!;
  }

  get arrived(): boolean {
    const { end } = this;
    return end > 0 && this.story.events.kind[end - 1] === RECEIVED;
  }

  get lost(): boolean {
    const { end } = this;
    return end > 0 && this.story.events.kind[end - 1] === LOST;
  }

  get sent(): PacketSent | undefined {
    const { departure } = this;
    if (departure === 0) return undefined;
    this.#sent ??= this.story.event(departure) as PacketSent;
    return this.#sent;
  }

  get packet(): Packet | undefined {
    if (!this.#decoded) {
      this.#decoded = true;
      const { sent } = this;
      this.#packet = sent === undefined ? undefined : packetOf(sent);
    }
    return this.#packet;
  }

  /** The sending of the packet, frame or handshake that the event is about. */
  get carrier(): PacketSent | WebSocketSent | undefined {
    if (this.flight >= 0) return this.sent;
    if (!OF_WEBSOCKETS.has(this.kind)) return undefined;
    const { event } = this;
    if (event.k === 'websocket.sent') return event;
    if (event.k !== 'websocket.received' && event.k !== 'websocket.lost') return undefined;
    const sent = this.story.event(event.of);
    return sent?.k === 'websocket.sent' ? sent : undefined;
  }

  /** The message of an application's call or delivery. */
  get message(): TraceMessage | undefined {
    if (!WITH_MESSAGES.has(this.kind)) return undefined;
    const { event } = this;
    if (event.k === 'app.delivered') return event.message;
    return event.k === 'app.call' && event.op === 'publish' ? event.message : undefined;
  }

  get client(): string | undefined {
    const { connection } = this;
    if (connection !== undefined) return this.#seen.clientOf(connection);
    if (!WITH_CLIENTS.has(this.kind)) return undefined;
    const { event } = this;
    if (event.k === 'app.call' && event.op === 'connect') return event.client;
    if (event.k === 'told') return event.client;
    return event.k === 'obituary' ? event.to : undefined;
  }

  /** Topic Names of messages and wills, and the filters of subscriptions without their share. */
  get topics(): readonly string[] {
    return this.flight < 0 ? this.#topicsOfEvent() : this.#topicsOfPacket();
  }

  #topicsOfPacket(): readonly string[] {
    const { packet } = this;
    switch (packet?.type) {
      case 'publish': {
        if (packet.topic !== '') return [packet.topic];
        const topic = this.#seen.topicOf(this.departure);
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

  #topicsOfEvent(): readonly string[] {
    if (!WITH_TOPICS.has(this.kind)) return NONE;
    const { event, message } = this;
    if (message !== undefined) return [message.topic];
    if (event.k === 'told') return event.topic === undefined ? NONE : [event.topic];
    if (event.k !== 'app.call') return NONE;
    switch (event.op) {
      case 'subscribe':
        return event.filters.map(({ filter }) => unshared(filter));
      case 'unsubscribe':
        return event.filters.map(unshared);
      case 'connect':
        return event.will === undefined ? NONE : [event.will.topic];
      default:
        return NONE;
    }
  }
}

function unshared(filter: string): string {
  return parseShared(filter)?.filter ?? filter;
}
