/** What each field of the language reads of an event. */
import { reasonName } from '../../src/mqtt/codec/reason-code.ts';
import { describeEvent, describePacket } from '../../src/trace/describe.ts';
import { endsOfConnection } from '../layout/story.ts';
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
  event: { cost: COSTS.event, read: ({ event }) => event.i },
  time: { cost: COSTS.event, read: ({ event }) => event.t },
  took: {
    cost: COSTS.flight,
    read: ({ flight }) => (flight?.end?.k === 'packet.received' ? flight.end.t - flight.sent.t : Number.NaN),
  },
  size: { cost: COSTS.flight, read: ({ carrier }) => carrier?.bytes.length ?? Number.NaN },
  v: { cost: COSTS.flight, read: ({ sent }) => (sent === undefined || sent.v === 0 ? Number.NaN : sent.v) },
  qos: {
    cost: COSTS.flight,
    read: ({ publishByte, message }) => {
      const qos = publishByte === 0 ? (message?.qos ?? Number.NaN) : (publishByte >> 1) & 3;
      return qos === 3 ? Number.NaN : qos;
    },
  },
  id: {
    cost: COSTS.packet,
    read: ({ packet }) =>
      packet !== undefined && 'packetId' in packet && packet.packetId !== undefined
        ? packet.packetId
        : Number.NaN,
  },
};

export const TEXTS: Readonly<Record<string, TextReading>> = {
  at: { cost: COSTS.event, read: ({ event }) => (event.n === '' ? NONE : [event.n]) },
  kind: { cost: COSTS.event, read: ({ event }) => [event.k] },
  op: { cost: COSTS.event, read: ({ event }) => (event.k === 'app.call' ? [event.op] : NONE) },
  conn: { cost: COSTS.event, read: ({ connection }) => maybe(connection) },
  rule: {
    cost: COSTS.event,
    read: ({ event }) => {
      if (event.k === 'obituary') return event.rules;
      return event.k === 'verdict' || event.k === 'told' ? maybe(event.rule) : NONE;
    },
  },
  fault: { cost: COSTS.list, read: (subject) => maybe(faultOf(subject)?.family) },
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
  const { event, flight, packet, sent } = subject;
  if (event.k === 'conn.ended') return [event.end];
  if (event.k === 'websocket.lost') return [event.reason];
  const words: string[] = [];
  if (event.k === 'packet.lost') words.push(event.reason);
  else if (flight?.end?.k === 'packet.lost') words.push(flight.end.reason);
  if (packet !== undefined && sent !== undefined) {
    const version = sent.v === 0 ? 4 : sent.v;
    for (const code of reasonCodesOf(subject)) words.push(reasonName(packet.type, code, version));
  }
  return words;
}

const maybe = (text: string | undefined): readonly string[] => (text === undefined ? NONE : [text]);

function faultOf({ event, story }: Subject): { family: string; target: string } | undefined {
  if (event.k === 'fault.began') return event;
  if (event.k !== 'fault.ended') return undefined;
  return story.faults.find(({ ended }) => ended === event || ended?.i === event.i)?.began;
}

/** Sender and receiver of a packet, dialler and listener of a connection. */
function endsOf({ event, flight, carrier }: Subject): { from: string; to: string } | undefined {
  if (flight !== undefined) return flight;
  if (carrier !== undefined) {
    const ends = endsOfConnection(carrier.conn);
    return carrier.n === ends.from ? ends : { from: ends.to, to: ends.from };
  }
  if ('conn' in event) return endsOfConnection(event.conn);
  if (event.k === 'app.call' && event.op === 'connect') return { from: event.n, to: event.to };
  return undefined;
}

function nodesOf(subject: Subject): readonly string[] {
  const { event, story } = subject;
  const ends = endsOf(subject);
  if (ends !== undefined) return [ends.from, ends.to];
  if (event.k === 'link.added') return [event.a, event.b];
  const fault = faultOf(subject);
  if (fault !== undefined) {
    const link = story.links.get(fault.target);
    return link === undefined ? [fault.target] : [link.a, link.b];
  }
  return event.n === '' ? NONE : [event.n];
}

/** Everything that can be read of an event: its sentence, and topic and payload in full. */
function wordsOf(subject: Subject): readonly string[] {
  const { event, flight, sent } = subject;
  const words = [describeEvent(event), ...subject.topics, ...TEXTS.payload!.read(subject)];
  // An arrival has the words of its packet, a sending those of its loss.
  if (sent !== undefined && sent !== event) words.push(describePacket(sent));
  if (flight?.end?.k === 'packet.lost') words.push(flight.end.reason);
  return words;
}

const decoder = new TextDecoder();

function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
