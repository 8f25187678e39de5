/**
 * What a packet alone does not say: whose connection it is on, and which topic an alias stands for. Both are in
 * earlier packets; they are looked through once, and only when a filter asks.
 */
import type { Connect, Publish } from '../../src/mqtt/codec/packet.ts';
import { packetOf } from '../../src/trace/describe.ts';
import type { PacketSent } from '../../src/trace/event.ts';
import type { Story } from '../index/story.ts';

const CONNECT = 1;
const CONNACK = 2;
const PUBLISH = 3;

export class SeenPackets {
  readonly #story: Story;
  readonly #clients = new Map<string, string>();
  #clientsUpTo = 0;
  /** By the ordinal of a PUBLISH that has an alias and no topic. */
  readonly #topics = new Map<number, string>();
  /** By connection, sender and alias. */
  readonly #aliases = new Map<string, string>();
  #topicsUpTo = 0;

  constructor(story: Story) {
    this.#story = story;
  }

  /** The Client Identifier of a connection, or the one that its server assigned. */
  clientOf(connection: string): string | undefined {
    for (; this.#clientsUpTo < this.#story.flightCount; this.#clientsUpTo++) {
      const { firstByte, level } = this.#story.flights;
      const type = firstByte[this.#clientsUpTo]! >> 4;
      if (type !== CONNECT && (type !== CONNACK || level[this.#clientsUpTo] !== 5)) continue;
      const sent = this.#sent(this.#clientsUpTo);
      const packet = packetOf(sent);
      if (packet?.type === 'connect') {
        if (!this.#clients.has(sent.conn)) this.#clients.set(sent.conn, (packet as Connect).clientId);
      } else if (packet?.type === 'connack') {
        const assigned = packet.properties?.assignedClientIdentifier;
        if (assigned !== undefined) this.#clients.set(sent.conn, assigned);
      }
    }
    return this.#clients.get(connection);
  }

  /** What the Topic Alias of a PUBLISH without topic stands for [5.0/3.3.2.3.4]; undefined when it was never said. */
  topicOf(ordinal: number): string | undefined {
    for (; this.#topicsUpTo < this.#story.flightCount; this.#topicsUpTo++) {
      const { firstByte, level } = this.#story.flights;
      if (level[this.#topicsUpTo] !== 5 || firstByte[this.#topicsUpTo]! >> 4 !== PUBLISH) continue;
      const sent = this.#sent(this.#topicsUpTo);
      const packet = packetOf(sent) as Publish | undefined;
      const alias = packet?.properties?.topicAlias;
      if (packet === undefined || alias === undefined) continue;
      const key = `${alias} ${sent.n}\n${sent.conn}`;
      if (packet.topic !== '') this.#aliases.set(key, packet.topic);
      else {
        const topic = this.#aliases.get(key);
        if (topic !== undefined) this.#topics.set(sent.i, topic);
      }
    }
    return this.#topics.get(ordinal);
  }

  #sent(flight: number): PacketSent {
    return this.#story.event(this.#story.flights.sent[flight]!) as PacketSent;
  }
}
