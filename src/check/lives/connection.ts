/** A connection of a client to a broker, and the packets on it that belong to a message. */
import type { Connect, Packet, ProtocolVersion, Publish } from '../../mqtt/codec/packet.ts';
import type { Life, Passage, Publication } from './publication.ts';
import type { Subscriber } from './subscriber.ts';

/** Who a packet belongs to. */
export type Owner = Publication | Life;

/** A packet that was written and not yet read. */
export interface Flying {
  readonly packet: Packet;
  readonly passage: Passage | undefined;
  readonly owner: Owner | undefined;
}

export class Connection {
  readonly name: string;
  /** Names of nodes. */
  readonly client: string;
  readonly broker: string;
  version: ProtocolVersion = 4;
  /** As its client wrote it. */
  connect: Connect | undefined = undefined;
  /** Ordinal of the CONNECT at the broker. */
  connectAt = 0;
  subscriber: Subscriber | undefined = undefined;
  /** The broker accepted it. */
  welcome = false;
  /** It was ended by a DISCONNECT that does not discard the will. */
  wantsWill = false;
  readonly flying = new Map<number, Flying>();
  /** Filters of each SUBSCRIBE that waits for its SUBACK, by identifier. */
  readonly asked = new Map<number, readonly string[]>();
  /** Topic aliases of the client and of the broker. */
  readonly aliases: readonly [up: Map<number, string>, down: Map<number, string>] = [new Map(), new Map()];

  constructor(name: string, client: string, broker: string) {
    this.name = name;
    this.client = client;
    this.broker = broker;
  }

  /** The topic of a PUBLISH, which may be an alias for it; one that gives an alias is remembered. */
  topicOf(packet: Publish, up: boolean): string {
    const alias = packet.properties?.topicAlias;
    if (alias === undefined) return packet.topic;
    const aliases = this.aliases[up ? 0 : 1];
    if (packet.topic === '') return aliases.get(alias) ?? '';
    aliases.set(alias, packet.topic);
    return packet.topic;
  }
}
