/** A PUBLISH as observers know it. */
import type { Publish } from '../../mqtt/codec/packet.ts';
import { utf8Bytes } from '../../mqtt/topic/validity.ts';
import type { Conn } from './conn.ts';
import { type MessageKey, messageKey } from './message-key.ts';
import type { UnderWay } from './under-way.ts';

/** A PUBLISH with what an observer knows of it. */
export interface Seen {
  packet: Publish;
  topic: string;
  key: MessageKey;
  /** Ordinal and time of the event at hand, and the ordinal of the sending. */
  i: number;
  t: number;
  sentAt: number;
  bytes: number;
}

/** The PUBLISH that is under way, at the event at hand; nobody keeps it beyond that. */
export function seenIn(underWay: UnderWay, i: number, t: number): Seen {
  underWay.i = i;
  underWay.t = t;
  return underWay as UnderWay & { packet: Publish };
}

/** Resolves the topic alias of a PUBLISH and gives the message its key, once for both ends. */
export function nameMessage(conn: Conn, packet: Publish, underWay: UnderWay, up: boolean): void {
  const alias = packet.properties?.topicAlias;
  let { topic } = packet;
  if (alias !== undefined) {
    const aliases = up ? conn.aliasesUp : conn.aliasesDown;
    if (topic === '') {
      topic = aliases.get(alias) ?? '';
      underWay.bytes += utf8Bytes(topic);
    } else aliases.set(alias, topic);
  }
  underWay.topic = topic;
  underWay.key = messageKey(topic, packet.payload, packet.properties);
}
