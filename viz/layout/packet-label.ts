/**
 * The words of a packet: its label beside an arrow, from full to terse, and what a screen reader says.
 */
import type { PacketType } from '../../src/mqtt/codec/packet.ts';
import type { PacketSent } from '../../src/trace/event.ts';
import { packetTypeOf } from '../index/family.ts';
import { glanceAt, type PacketGlance } from './packet-glance.ts';
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
export interface PacketFacts extends PacketGlance {
  /** Undefined for bytes that are none. */
  type: PacketType | undefined;
  /** Why not, when `type` is undefined. */
  problem: string | undefined;
  typeName: string;
}

/** Of bytes that are no packet nothing is said but that. */
const NOTHING = glanceAt(new Uint8Array(0), 0);

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

/** @param problem why the bytes are no packet, as far as somebody has judged them */
export function factsOf({ bytes, v }: PacketSent, problem: string | undefined): PacketFacts {
  const type = packetTypeOf(bytes);
  return {
    ...(problem === undefined ? glanceAt(bytes, v) : NOTHING),
    type: problem === undefined ? type : undefined,
    problem,
    typeName: type === undefined ? 'bytes' : type.toUpperCase(),
  };
}

/** Codes that a person should see without a click. */
function codeText({ codes, sessionPresent, type }: PacketFacts): string | undefined {
  const [code = 0] = codes;
  switch (type) {
    case 'connack':
      if (code !== 0) return `refused ${hexOf(code)}`;
      return sessionPresent ? SESSION_PRESENT : undefined;
    case 'suback': {
      const granted = codes.slice(0, 4).map((each) => (each < 3 ? `q${each}` : 'refused'));
      return granted.length === 0 ? undefined : granted.join(' ');
    }
    default:
      return code === 0 ? undefined : hexOf(code);
  }
}

function hexOf(code: number): string {
  return `0x${code.toString(16).padStart(2, '0')}`;
}

/** The parts of a label, in reading order. */
export function labelParts(facts: PacketFacts): LabelPart[] {
  const { clean, dup, packetId, problem, qos, retain, topic, type, typeName, will } = facts;
  const parts: LabelPart[] = [{ text: typeName, style: 'type', short: typeName.replace(REST, '') }];
  if (type === 'publish' || type === 'subscribe') parts.push({ text: `q${qos}`, style: 'detail' });
  if (packetId !== undefined) parts.push({ text: `#${packetId}`, style: 'detail' });
  if (problem !== undefined) parts.push({ text: 'MALFORMED', style: 'badge' });
  if (dup) parts.push({ text: 'DUP', style: 'badge' });
  if (retain) parts.push({ text: 'RETAIN', style: 'badge' });
  if (will) parts.push({ text: 'WILL', style: 'badge' });
  if (clean) parts.push({ text: 'clean', style: 'detail', yields: true });
  const code = codeText(facts);
  if (code !== undefined) parts.push({ text: code, style: 'detail', yields: true });
  if (topic !== undefined && topic !== '')
    parts.push({ text: printable(topic), style: 'detail', yields: true });
  return parts;
}

/** A few words for lists and screen readers: `PUBLISH q2 #7 DUP home/temp`. */
export function packetText({
  dup,
  packetId,
  problem,
  qos,
  retain,
  topic,
  type,
  typeName,
}: PacketFacts): string {
  const words = [typeName];
  if (type === 'publish') words.push(`QoS ${qos}`);
  if (packetId !== undefined) words.push(`#${packetId}`);
  if (dup) words.push('DUP');
  if (retain) words.push('RETAIN');
  if (topic !== undefined && topic !== '') words.push(printable(topic));
  if (problem !== undefined) words.push('malformed');
  return words.join(' ');
}
