/** What each field of the language reads of an event. */
import { reasonName } from '../../src/mqtt/codec/reason-code.ts';
import { describeEvent, describePacket } from '../../src/trace/describe.ts';
import { KIND_CODES, KINDS } from '../index/event-columns.ts';
import { endsOfConnection } from '../index/story.ts';
import type { Subject } from './subject.ts';

const NONE: readonly never[] = [];

/** What reading costs: cheap terms are asked first. */
export const COSTS = { event: 0, flight: 1, list: 2, packet: 3, words: 4 } as const;

export interface NumberReading {
  cost: number;
  /** NaN when the event has none. */
  read: (subject: Subject) => number;
}

export interface TextReading {
  cost: number;
  /** Empty when the event has none. */
  read: (subject: Subject) => readonly string[];
}

export const NUMBERS: Readonly<Record<string, NumberReading>> = {
  event: { cost: COSTS.event, read: ({ ordinal }) => ordinal },
  time: { cost: COSTS.event, read: ({ time }) => time },
  took: {
    cost: COSTS.flight,
    read: ({ arrived, departure, end, story }) =>
      arrived ? story.events.time[end - 1]! - story.events.time[departure - 1]! : Number.NaN,
  },
  size: { cost: COSTS.list, read: ({ carrier }) => carrier?.bytes.length ?? Number.NaN },
  v: {
    cost: COSTS.flight,
    read: ({ flight, story }) => (flight < 0 ? Number.NaN : story.flights.level[flight]! || Number.NaN),
  },
  qos: {
    cost: COSTS.flight,
    read: ({ publishByte, message }) => {
      const qos = publishByte === 0 ? (message?.qos ?? Number.NaN) : (publishByte >> 1) & 3;
      return qos === 3 ? Number.NaN : qos;
    },
  },
  id: {
    cost: COSTS.flight,
    read: ({ flight, story }) => (flight < 0 ? Number.NaN : story.flights.identifier[flight]! || Number.NaN),
  },
};

export const TEXTS: Readonly<Record<string, TextReading>> = {
  at: {
    cost: COSTS.event,
    read: ({ ordinal, story }) => {
      const name = story.events.names[story.events.node[ordinal - 1]!]!;
      return name === '' ? NONE : [name];
    },
  },
  kind: { cost: COSTS.event, read: ({ kind }) => [KINDS[kind]!] },
  op: {
    cost: COSTS.event,
    read: (subject) => {
      if (subject.kind !== APP_CALL) return NONE;
      const { event } = subject;
      return event.k === 'app.call' ? [event.op] : NONE;
    },
  },
  conn: { cost: COSTS.event, read: ({ connection }) => maybe(connection) },
  rule: {
    cost: COSTS.event,
    read: (subject) => {
      if (!WITH_RULES.has(subject.kind)) return NONE;
      const { event } = subject;
      if (event.k === 'obituary') return event.rules;
      return event.k === 'verdict' || event.k === 'told' ? maybe(event.rule) : NONE;
    },
  },
  fault: { cost: COSTS.event, read: (subject) => maybe(faultOf(subject)?.family) },
  from: { cost: COSTS.flight, read: (subject) => maybe(endsOf(subject)?.from) },
  to: { cost: COSTS.flight, read: (subject) => maybe(endsOf(subject)?.to) },
  node: { cost: COSTS.list, read: nodesOf },
  client: { cost: COSTS.list, read: ({ client }) => maybe(client) },
  topic: { cost: COSTS.packet, read: ({ topics }) => topics },
  payload: {
    cost: COSTS.packet,
    read: ({ message, packet }) => {
      const bytes = message?.payload ?? (packet?.type === 'publish' ? packet.payload : undefined);
      return bytes === undefined ? NONE : [textOf(bytes)];
    },
  },
  text: { cost: COSTS.words, read: wordsOf },
};

/** Codes of acknowledgements, refusals and goodbyes. */
export function reasonCodesOf({ packet }: Subject): readonly number[] {
  if (packet === undefined) return NONE;
  if ('reasonCodes' in packet) return packet.reasonCodes ?? NONE;
  return 'reasonCode' in packet && packet.reasonCode !== undefined ? [packet.reasonCode] : NONE;
}

/** Names of Reason Codes, why a packet was lost, how a connection ended. */
export function reasonWordsOf(subject: Subject): readonly string[] {
  const { packet, sent, story } = subject;
  if (sent === undefined) {
    if (!WITH_REASONS.has(subject.kind)) return NONE;
    const { event } = subject;
    if (event.k === 'conn.ended') return [event.end];
    return 'reason' in event ? [event.reason] : NONE;
  }
  const words: string[] = [];
  const end = subject.lost ? story.event(subject.end) : undefined;
  if (end?.k === 'packet.lost') words.push(end.reason);
  if (packet !== undefined) {
    const version = sent.v === 0 ? 4 : sent.v;
    for (const code of reasonCodesOf(subject)) words.push(reasonName(packet.type, code, version));
  }
  return words;
}

const APP_CALL = KIND_CODES['app.call'];
const FAULT_BEGAN = KIND_CODES['fault.began'];
const FAULT_ENDED = KIND_CODES['fault.ended'];
const LINK_ADDED = KIND_CODES['link.added'];
const WITH_RULES = new Set([KIND_CODES.obituary, KIND_CODES.verdict, KIND_CODES.told]);
const WITH_REASONS = new Set([
  KIND_CODES['conn.ended'],
  KIND_CODES['websocket.lost'],
  KIND_CODES['segment.lost'],
  KIND_CODES['packet.lost'],
]);

const maybe = (text: string | undefined): readonly string[] => (text === undefined ? NONE : [text]);

function faultOf({ kind, ordinal, story }: Subject): { family: string; target: string } | undefined {
  if (kind !== FAULT_BEGAN && kind !== FAULT_ENDED) return undefined;
  return story.faults.find(({ began, ended }) => began.i === ordinal || ended?.i === ordinal)?.began;
}

/** Sender and receiver of a packet or frame, dialler and listener of a connection. */
function endsOf(subject: Subject): { from: string; to: string } | undefined {
  const { connection, flight, story } = subject;
  if (flight >= 0) {
    const { names } = story.events;
    return { from: names[story.flights.from[flight]!]!, to: names[story.flights.to[flight]!]! };
  }
  if (connection !== undefined) {
    const ends = endsOfConnection(connection);
    const { carrier } = subject;
    return carrier === undefined || carrier.n === ends.from ? ends : { from: ends.to, to: ends.from };
  }
  if (subject.kind !== APP_CALL) return undefined;
  const { event } = subject;
  return event.k === 'app.call' && event.op === 'connect' ? { from: event.n, to: event.to } : undefined;
}

function nodesOf(subject: Subject): readonly string[] {
  const { kind, story } = subject;
  const ends = endsOf(subject);
  if (ends !== undefined) return [ends.from, ends.to];
  if (kind === LINK_ADDED) {
    const { event } = subject;
    return event.k === 'link.added' ? [event.a, event.b] : NONE;
  }
  const fault = faultOf(subject);
  if (fault === undefined) return TEXTS.at!.read(subject);
  const link = story.links.get(fault.target);
  return link === undefined ? [fault.target] : [link.a, link.b];
}

/** Everything that can be read of an event: its sentence, and topic and payload in full. */
function wordsOf(subject: Subject): readonly string[] {
  const { event, sent, story } = subject;
  const words = [describeEvent(event), ...subject.topics, ...TEXTS.payload!.read(subject)];
  // An arrival has the words of its packet, a sending those of its loss.
  if (sent !== undefined && sent.i !== event.i) words.push(describePacket(sent));
  const end = subject.lost ? story.event(subject.end) : undefined;
  if (end?.k === 'packet.lost') words.push(end.reason);
  return words;
}

const decoder = new TextDecoder();

function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
