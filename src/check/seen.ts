/** A PUBLISH as observers know it. */
import type { Publish } from '../mqtt/codec/packet.ts';
import type { Conn, UnderWay } from './conn.ts';
import { type MessageKey, messageKey } from './message-key.ts';

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

export function seenIn(underWay: UnderWay, i: number, t: number, sentAt: number): Seen {
  const { packet, topic, key, bytes } = underWay;
  return { packet: packet as Publish, topic, key, i, t, sentAt, bytes };
}

/** Resolves the topic alias of a PUBLISH and gives the message its key, once for both ends. */
export function nameMessage(conn: Conn, packet: Publish, underWay: UnderWay, up: boolean): void {
  const alias = packet.properties?.topicAlias;
  let { topic } = packet;
  if (alias !== undefined) {
    const aliases = up ? conn.aliasesUp : conn.aliasesDown;
    if (topic === '') topic = aliases.get(alias) ?? '';
    else aliases.set(alias, topic);
  }
  underWay.topic = topic;
  underWay.key = messageKey(topic, packet.payload, packet.properties);
}
