/** What is known of one event, in words and plain data. */
import { describeWebSocket } from '../../../src/trace/describe.ts';
import type { ObituaryWritten, PacketSent, TraceEvent } from '../../../src/trace/event.ts';
import { eventLine } from '../../../src/trace/jsonl.ts';
import { type Family, familyOf, packetTypeOf } from '../../index/family.ts';
import type { Flight, Story } from '../../index/story.ts';
import { packetText, readFacts } from '../../layout/packet-label.ts';
import { sentenceOf } from '../../layout/sentence.ts';
import { whyChain } from '../../layout/why.ts';
import type { Traces } from '../traces.ts';

/** Raw lines of large packets are cut. */
const RAW_MAX = 4_000;

/** Another event, by its ordinal, with a few words. */
export interface Reference {
  i: number;
  t: number;
  text: string;
}

export interface PacketLook {
  text: string;
  family: Family;
  /** Why the bytes are no packet. */
  malformed: string | undefined;
  from: string;
  to: string;
  conn: string;
  /** The WebSocket frame or handshake it was sent in. */
  carrier: Reference | undefined;
  sent: { i: number; t: number };
  /** Undefined while it is under way. */
  end:
    | { k: 'received'; i: number; t: number }
    | { k: 'lost'; i: number; t: number; at: 'sender' | 'network' | 'receiver'; reason: string }
    | undefined;
  /** Protocol level of its connection, 0 while unknown. */
  v: PacketSent['v'];
  bytes: Uint8Array;
  /** Verdicts that point at it. */
  accusers: readonly { i: number; rule: string; outcome: 'broken' | 'excused' }[];
}

export interface ObituaryLook {
  message: string;
  to: string | undefined;
  fate: string;
  text: string;
  steps: readonly (Reference & { how: ObituaryWritten['steps'][number][1] })[];
}

export interface EventLook {
  i: number;
  t: number;
  node: string;
  kind: TraceEvent['k'];
  sentence: string;
  /** Of an event that sends, receives or loses a packet. */
  packet: PacketLook | undefined;
  /** Ordinals that show a verdict. */
  about: readonly number[];
  obituaries: readonly ObituaryLook[];
  /** From the root stimulus to the event itself; `whole` says whether it was followed to its end. */
  why: { steps: readonly Reference[]; whole: boolean };
  /** The line of the file, cut when it is long. */
  raw: string;
}

export class EventAnswers {
  readonly #traces: Traces;

  constructor(traces: Traces) {
    this.#traces = traces;
  }

  /** Undefined for an ordinal that the trace does not hold. */
  look(trace: number, ordinal: number): EventLook | undefined {
    const story = this.#traces.story(trace);
    const event = story.event(ordinal);
    if (event === undefined) return undefined;
    const chain = whyChain(story, event);
    const flight = flightOfEvent(event, story);
    return {
      i: event.i,
      t: event.t,
      node: event.n,
      kind: event.k,
      sentence: sentenceOf(event, story),
      packet: flight === undefined ? undefined : packetLook(flight, story),
      about: event.k === 'verdict' ? event.about : [],
      obituaries: story.obituaries
        .filter(({ verdicts }) => verdicts.includes(ordinal))
        .map(({ message, to, fate, text, steps }) => ({
          message,
          to,
          fate,
          text,
          steps: steps.map(([i, how, step]) => ({ i, how, text: step, t: story.event(i)?.t ?? 0 })),
        })),
      why: { steps: chain.events.map((cause) => referenceTo(cause, story)), whole: chain.whole },
      raw: rawText(event),
    };
  }
}

function referenceTo(event: TraceEvent, story: Story): Reference {
  return { i: event.i, t: event.t, text: sentenceOf(event, story) };
}

function packetLook({ sent, end, from, to }: Flight, story: Story): PacketLook {
  const facts = readFacts(sent);
  const carrier = story.event(sent.c);
  return {
    text: packetText(facts),
    family: facts.problem === undefined ? familyOf(packetTypeOf(sent.bytes)) : 'fault',
    malformed: facts.problem,
    from,
    to,
    conn: sent.conn,
    carrier:
      carrier?.k === 'websocket.sent'
        ? { i: carrier.i, t: carrier.t, text: describeWebSocket(carrier) }
        : undefined,
    sent: { i: sent.i, t: sent.t },
    end:
      end === undefined
        ? undefined
        : end.k === 'packet.received'
          ? { k: 'received', i: end.i, t: end.t }
          : { k: 'lost', i: end.i, t: end.t, at: end.at, reason: end.reason },
    v: sent.v,
    bytes: sent.bytes,
    accusers: story.verdicts
      .filter(({ about }) => about.includes(sent.i) || (end !== undefined && about.includes(end.i)))
      .map(({ i, rule, outcome }) => ({ i, rule, outcome })),
  };
}

function flightOfEvent(event: TraceEvent, story: Story): Flight | undefined {
  if (event.k === 'packet.received' || event.k === 'packet.lost') return story.flightOf(event.of);
  return event.k === 'packet.sent' ? story.flightOf(event.i) : undefined;
}

function rawText(event: TraceEvent): string {
  const line = eventLine(event);
  return line.length > RAW_MAX ? `${line.slice(0, RAW_MAX)}… (${line.length} characters)` : line;
}
