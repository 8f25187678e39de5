/**
 * The words of a packet: its label beside an arrow, from full to terse, and what a screen reader says.
 */
import { decode } from '../../src/mqtt/codec/index.ts';
import type { Packet, QoS } from '../../src/mqtt/codec/packet.ts';
import type { PacketSent } from '../../src/trace/event.ts';
import { packetTypeOf } from '../index/family.ts';
import type { TextStyle } from './text-measure.ts';

export interface LabelPart {
  text: string;
  style: TextStyle;
  /** Said instead where it is narrow. */
  short?: string;
  /** Shortened first when there is no room, and left out before anything else. */
  yields?: true;
}

/** What could be read of a packet. */
export interface PacketFacts {
  packet: Packet | undefined;
  /** Why not, when `packet` is undefined. */
  problem: string | undefined;
  typeName: string;
  qos: QoS;
  packetId: number | undefined;
  topic: string | undefined;
  dup: boolean;
  retain: boolean;
}

const LABEL_TEXT_MAX = 240;

/** What a CONNACK says that goes on with a session. */
export const SESSION_PRESENT = 'session present';

/** What of the name of a type can be left out where it is narrow: `PUB`, `UNSUB`, `CONN`. */
const REST = /(LISH|SCRIBE|ECT)$/;

/** Control characters would move or hide what stands beside them. */
export function printable(text: string): string {
  const short = text.length > LABEL_TEXT_MAX ? `${text.slice(0, LABEL_TEXT_MAX)}…` : text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return short.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '·');
}

/** Protocol level to read by: a connection that has not said its own yet is read as 3.1.1. */
export function readFacts(event: PacketSent): PacketFacts {
  let packet: Packet | undefined;
  let problem = event.malformed;
  if (problem === undefined) {
    try {
      packet = decode(event.bytes, event.v === 0 ? 4 : event.v);
    } catch (error) {
      problem = error instanceof Error ? error.message : 'unreadable';
    }
  }
  const type = packet?.type ?? packetTypeOf(event.bytes);
  const publish = packet?.type === 'publish' ? packet : undefined;
  return {
    packet,
    problem,
    typeName: type === undefined ? 'bytes' : type.toUpperCase(),
    qos: publish?.qos ?? 0,
    packetId: packet !== undefined && 'packetId' in packet ? packet.packetId : undefined,
    topic: topicOf(packet),
    dup: publish?.dup ?? false,
    retain: publish?.retain ?? false,
  };
}

function topicOf(packet: Packet | undefined): string | undefined {
  switch (packet?.type) {
    case 'publish':
      return packet.topic === '' ? `alias ${packet.properties?.topicAlias ?? '?'}` : packet.topic;
    case 'subscribe': {
      const more = packet.subscriptions.length - 1;
      return `${packet.subscriptions[0]?.filter ?? ''}${more > 0 ? ` +${more}` : ''}`;
    }
    case 'unsubscribe': {
      const more = packet.filters.length - 1;
      return `${packet.filters[0] ?? ''}${more > 0 ? ` +${more}` : ''}`;
    }
    case 'connect':
      return packet.clientId;
    default:
      return undefined;
  }
}

/** Codes that a person should see without a click. */
function codeText(packet: Packet | undefined): string | undefined {
  switch (packet?.type) {
    case 'connack':
      if (packet.reasonCode !== 0) return `refused 0x${packet.reasonCode.toString(16).padStart(2, '0')}`;
      return packet.sessionPresent ? SESSION_PRESENT : undefined;
    case 'suback': {
      const granted = packet.reasonCodes.slice(0, 4).map((code) => (code < 3 ? `q${code}` : 'refused'));
      return granted.length === 0 ? undefined : granted.join(' ');
    }
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
    case 'disconnect': {
      const code = packet.reasonCode ?? 0;
      return code === 0 ? undefined : `0x${code.toString(16).padStart(2, '0')}`;
    }
    default:
      return undefined;
  }
}

/** The parts of a label, in reading order. */
export function labelParts(facts: PacketFacts): LabelPart[] {
  const short = facts.typeName.replace(REST, '');
  const parts: LabelPart[] = [{ text: facts.typeName, style: 'type', short }];
  const { packet } = facts;
  if (packet?.type === 'publish') parts.push({ text: `q${facts.qos}`, style: 'detail' });
  if (packet?.type === 'subscribe') {
    parts.push({ text: `q${packet.subscriptions[0]?.qos ?? 0}`, style: 'detail' });
  }
  if (facts.packetId !== undefined) parts.push({ text: `#${facts.packetId}`, style: 'detail' });
  if (facts.problem !== undefined) parts.push({ text: 'MALFORMED', style: 'badge' });
  if (facts.dup) parts.push({ text: 'DUP', style: 'badge' });
  if (facts.retain) parts.push({ text: 'RETAIN', style: 'badge' });
  if (packet?.type === 'connect' && packet.will !== undefined) parts.push({ text: 'WILL', style: 'badge' });
  if (packet?.type === 'connect' && packet.cleanStart)
    parts.push({ text: 'clean', style: 'detail', yields: true });
  const code = codeText(packet);
  if (code !== undefined) parts.push({ text: code, style: 'detail', yields: true });
  if (facts.topic !== undefined && facts.topic !== '') {
    parts.push({ text: printable(facts.topic), style: 'detail', yields: true });
  }
  return parts;
}

/** A few words for lists and screen readers: `PUBLISH q2 #7 DUP home/temp`. */
export function packetText(facts: PacketFacts): string {
  const words = [facts.typeName];
  if (facts.packet?.type === 'publish') words.push(`QoS ${facts.qos}`);
  if (facts.packetId !== undefined) words.push(`#${facts.packetId}`);
  if (facts.dup) words.push('DUP');
  if (facts.retain) words.push('RETAIN');
  if (facts.topic !== undefined && facts.topic !== '') words.push(printable(facts.topic));
  if (facts.problem !== undefined) words.push('malformed');
  return words.join(' ');
}
