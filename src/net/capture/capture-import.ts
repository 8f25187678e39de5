/** A trace of what a capture shows of MQTT, as a tap before the broker would have recorded it. */
import type { Recorder } from '../../trace/recorder.ts';
import { TrafficRecord } from '../traffic-record.ts';
import { WireRecord } from '../wire-record.ts';
import { CaptureError } from './capture-error.ts';
import { type CapturedFrame, CaptureReader } from './capture-reader.ts';
import { Conversation } from './conversation.ts';
import { type Segment, segmentOf } from './segment.ts';

/** Connections that stand at once. */
const CONNECTIONS_LIMIT = 65_536;
/** Complaints that are kept; further ones are counted. */
const COMPLAINTS_LIMIT = 20;

export interface ImportSummary {
  /** Microseconds since 1970 of the first frame, when the capture has one. */
  began: number | undefined;
  frames: number;
  connections: number;
  packets: number;
  /** Connections that could not be read as a whole, in words; at most {@link COMPLAINTS_LIMIT}. */
  readonly complaints: string[];
  complained: number;
  /** Frames of IP in fragments, and of links that are not known. */
  fragments: number;
  unknownLinks: number;
}

export class CaptureImport {
  readonly #recorder: Recorder;
  readonly #ports: ReadonlySet<number>;
  readonly #reader: CaptureReader;
  readonly #conversations = new Map<string, Conversation>();
  /** Servers by their addresses. */
  readonly #servers = new Map<string, TrafficRecord>();
  readonly #nodes = new Set<string>();
  readonly #summary: ImportSummary = {
    ...{ began: undefined, frames: 0, connections: 0, packets: 0, complaints: [] },
    ...{ complained: 0, fragments: 0, unknownLinks: 0 },
  };
  #now = 0;

  /** @param ports those of servers */
  constructor(recorder: Recorder, ports: ReadonlySet<number>) {
    this.#recorder = recorder;
    this.#ports = ports;
    this.#reader = new CaptureReader((frame) => this.#frame(frame));
    recorder.listen((event) => {
      if (event.k === 'packet.sent' && event.malformed === undefined) this.#summary.packets++;
    });
  }

  /** @throws CaptureError when it is no capture, is damaged, or holds more than is read. */
  push(bytes: Uint8Array): void {
    this.#reader.push(bytes);
  }

  /** @throws CaptureError when the capture is cut off. */
  finish(): ImportSummary {
    this.#reader.finish();
    for (const conversation of this.#conversations.values()) conversation.finish();
    return this.#summary;
  }

  #frame(frame: CapturedFrame): void {
    const summary = this.#summary;
    summary.frames++;
    summary.began ??= frame.time;
    // Time stands still where a capture says that it runs backwards.
    this.#now = Math.max(this.#now, frame.time - summary.began);
    const segment = segmentOf(frame);
    if (segment === 'fragment') summary.fragments++;
    else if (segment === 'unknown link') summary.unknownLinks++;
    else if (segment !== 'other') this.#segment(segment);
  }

  #segment(segment: Segment): void {
    const { source, target, syn, acknowledged } = segment;
    const toServer = this.#ports.has(segment.targetPort);
    if (!toServer && !this.#ports.has(segment.sourcePort)) return;
    // Where both ports are those of servers, who answers a SYN is one.
    const byClient = toServer && !(syn && acknowledged !== undefined);
    const [client, server] = byClient ? [source, target] : [target, source];
    const name = `${client} ${server}`;
    let conversation = this.#conversations.get(name);
    if (conversation?.isAnother(segment)) {
      conversation.finish();
      conversation = undefined;
    }
    // What comes of a connection that is over, or never carried anything, begins none.
    if (conversation === undefined) {
      if (segment.rst || (!syn && segment.length === 0)) return;
      conversation = this.#begin(name, client, server);
    }
    conversation.take(segment, byClient ? 'client' : 'server', this.#now);
  }

  #begin(name: string, client: string, server: string): Conversation {
    if (this.#conversations.size >= CONNECTIONS_LIMIT) this.#forgetEnded();
    let record = this.#servers.get(server);
    if (record === undefined) {
      const node = this.#servers.size === 0 ? 'broker' : `broker ${server}`;
      record = new TrafficRecord(this.#recorder, node, () => this.#now, undefined, this.#nodes);
      record.begins();
      this.#servers.set(server, record);
    }
    const summary = this.#summary;
    const begins = () => {
      summary.connections++;
    };
    const conversation = new Conversation(new WireRecord(record, client), begins, (what) => {
      if (summary.complained++ >= COMPLAINTS_LIMIT) return;
      summary.complaints.push(`the connection of ${client} to ${server}: ${what}`);
    });
    this.#conversations.set(name, conversation);
    return conversation;
  }

  #forgetEnded(): void {
    for (const [name, { over }] of this.#conversations) if (over) this.#conversations.delete(name);
    if (this.#conversations.size >= CONNECTIONS_LIMIT) {
      throw new CaptureError(
        `has more than ${CONNECTIONS_LIMIT} connections at once: import it in parts, as editcap cuts them`,
      );
    }
  }
}
