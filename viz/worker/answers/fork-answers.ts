/** What a reader can act on: the nodes and links of a trace, and the packet of an event as a fault can wait for it. */
import type { NodeRole } from '../../../src/trace/event.ts';
import { packetTypeOf } from '../../index/family.ts';
import type { Story } from '../../index/story.ts';
import { readFacts } from '../../layout/packet-facts.ts';
import { packetText } from '../../layout/packet-label.ts';
import type { Stories } from '../stories.ts';

/** A packet by its place among all that its sender sends on its connection. */
export interface PacketPlace {
  text: string;
  /** `publish`; undefined for bytes that are no packet. */
  type: string | undefined;
  connection: string;
  from: string;
  to: string;
  /** From 1. */
  nth: number;
  /** When it was written, in microseconds. */
  at: number;
}

export interface Actors {
  nodes: readonly { name: string; role: NodeRole }[];
  links: readonly string[];
}

export class ForkAnswers {
  readonly #stories: Stories;

  constructor(stories: Stories) {
    this.#stories = stories;
  }

  actors(trace: number): Actors {
    const { nodes, links } = this.#stories.story(trace);
    return { nodes: nodes.map(({ name, role }) => ({ name, role })), links: [...links.keys()] };
  }

  /** The ordinal of the event with which a fault began; 0 when it did not. */
  began(trace: number, fault: string): number {
    return this.#stories.story(trace).faults.find(({ began }) => began.fault === fault)?.began.i ?? 0;
  }

  /** The link and the node that an event is about. */
  aim(trace: number, ordinal: number): { link: string | undefined; node: string | undefined } {
    const story = this.#stories.story(trace);
    const event = story.event(ordinal);
    if (event === undefined) return { link: undefined, node: undefined };
    if (event.k === 'fault.began') {
      const { target } = event;
      return story.links.has(target) ? { link: target, node: undefined } : { link: undefined, node: target };
    }
    const { from, to } = story.connections[story.events.conn[ordinal - 1]!] ?? { from: '', to: '' };
    const link = [`${from}~${to}`, `${to}~${from}`].find((name) => story.links.has(name));
    return { link, node: event.n === '' ? undefined : event.n };
  }

  /** Of an event that sends, receives or loses a packet. */
  packet(trace: number, ordinal: number): PacketPlace | undefined {
    const story = this.#stories.story(trace);
    const event = story.event(ordinal);
    const sent = event?.k === 'packet.received' || event?.k === 'packet.lost' ? event.of : ordinal;
    const flight = story.flightOf(sent);
    if (flight === undefined) return undefined;
    const { conn, n, t, bytes } = flight.sent;
    return {
      text: packetText(readFacts(flight.sent)),
      type: packetTypeOf(bytes),
      connection: conn,
      from: n,
      to: flight.to,
      nth: placeOf(story, sent),
      at: t,
    };
  }
}

function placeOf({ events, flights, flightCount }: Story, sent: number): number {
  let nth = 0;
  for (let index = 0; index < flightCount && flights.sent[index]! <= sent; index++) {
    const at = flights.sent[index]! - 1;
    if (events.conn[at] === events.conn[sent - 1] && events.node[at] === events.node[sent - 1]) nth++;
  }
  return nth;
}
