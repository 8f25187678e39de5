/** A run in numbers: what a person wants to know before opening the trace. */

import type { QoS } from '../mqtt/codec/packet.ts';
import { PACKET_TYPES } from '../mqtt/codec/packet-type.ts';
import type { AppSettled, TraceEvent, TraceMessage } from './event.ts';
import type { Actor, Asked, Watcher, Way } from './recorder.ts';

export interface RunSummary {
  /** Virtual time of the last event, in microseconds. */
  endMicros: number;
  events: number;
  /** Number of nodes by role. */
  nodes: { broker: number; client: number; peer: number; host: number };
  /** Messages that applications asked to publish, and that applications were handed, by QoS. */
  published: Record<QoS, number>;
  delivered: Record<QoS, number>;
  /** Of those delivered, with the DUP flag. */
  duplicates: number;
  /** Control packets written, by type as the standard spells it, in the standard's order; only those that occurred. */
  packets: Readonly<Record<string, number>>;
  packetsSent: number;
  packetsReceived: number;
  packetsLost: number;
  bytesSent: number;
  connections: { dialled: number; established: number; ended: Readonly<Record<string, number>> };
  /** Faults that hit, by family, in the order in which the families first did. */
  faults: Readonly<Record<string, number>>;
  /** Crashes and power cuts, and starts that followed one. */
  crashes: number;
  restarts: number;
  callsFailed: number;
  verdicts: { broken: number; excused: number };
}

const UNKNOWN_PACKET = 'not a packet';

/** Events after which the caller is told that the run goes on. */
const TOLD_EVENTS = 4_096;

/** Counts as events pass: a watcher of a recorder, or fed from a file. */
export class Summary implements Watcher {
  #end = 0;
  #events = 0;
  readonly #nodes = { broker: 0, client: 0, peer: 0, host: 0 };
  readonly #published = { 0: 0, 1: 0, 2: 0 };
  readonly #delivered = { 0: 0, 1: 0, 2: 0 };
  #duplicates = 0;
  /** By the type in the first byte; index 0 counts what is no packet. */
  readonly #types: number[] = new Array<number>(16).fill(0);
  #received = 0;
  #lost = 0;
  #bytes = 0;
  #dialled = 0;
  #established = 0;
  readonly #ended = new Map<string, number>();
  readonly #faults = new Map<string, number>();
  #crashes = 0;
  #restarts = 0;
  #callsFailed = 0;
  readonly #verdicts = { broken: 0, excused: 0 };

  readonly #onProgress: (() => void) | undefined;

  /** @param onProgress is called now and then while events pass. */
  constructor(onProgress?: () => void) {
    this.#onProgress = onProgress;
  }

  packetSent(_i: number, t: number, _way: Way, bytes: Uint8Array, malformed: string | undefined): void {
    this.#sent(t, bytes, malformed);
  }

  #sent(t: number, bytes: Uint8Array, malformed: string | undefined): void {
    this.#passed(t);
    const type = malformed === undefined && bytes.length > 0 ? bytes[0]! >> 4 : 0;
    this.#types[type]!++;
    this.#bytes += bytes.length;
  }

  packetReceived(_i: number, t: number): void {
    this.#passed(t);
    this.#received++;
  }

  called(_i: number, t: number, _who: Actor, _call: number, asked: Asked): void {
    this.#passed(t);
    if (asked.op === 'publish') this.#published[asked.message.qos]++;
  }

  settled(_i: number, t: number, _who: Actor, _call: number, outcome: AppSettled['outcome']): void {
    this.#passed(t);
    if (outcome === 'failed') this.#callsFailed++;
  }

  delivered(_i: number, t: number, _who: Actor, { qos }: TraceMessage, dup: boolean): void {
    this.#passed(t);
    this.#delivered[qos]++;
    if (dup) this.#duplicates++;
  }

  #passed(t: number): void {
    this.#end = t;
    if (++this.#events % TOLD_EVENTS === 0) this.#onProgress?.();
  }

  observe(event: TraceEvent): void {
    switch (event.k) {
      case 'packet.sent':
        this.#sent(event.t, event.bytes, event.malformed);
        return;
      case 'packet.received':
        this.packetReceived(event.i, event.t);
        return;
    }
    this.#passed(event.t);
    switch (event.k) {
      case 'packet.lost':
        this.#lost++;
        break;
      case 'node.added':
        this.#nodes[event.role]++;
        break;
      case 'node.started':
        if (event.life > 1) this.#restarts++;
        break;
      case 'node.crashed':
      case 'node.power-cut':
        this.#crashes++;
        break;
      case 'conn.dialled':
        this.#dialled++;
        break;
      case 'conn.established':
        this.#established++;
        break;
      case 'conn.ended':
        count(this.#ended, event.end);
        break;
      case 'fault.began':
        count(this.#faults, event.family);
        break;
      case 'app.call':
        if (event.op === 'publish') this.#published[event.message.qos]++;
        break;
      case 'app.settled':
        if (event.outcome === 'failed') this.#callsFailed++;
        break;
      case 'app.delivered':
        this.#delivered[event.message.qos]++;
        if (event.dup) this.#duplicates++;
        break;
      case 'verdict':
        this.#verdicts[event.outcome]++;
        break;
    }
  }

  /** What was counted so far. */
  read(): RunSummary {
    const packets: Record<string, number> = {};
    let sent = 0;
    for (let type = 0; type < 16; type++) {
      const number = this.#types[type]!;
      sent += number;
      if (number > 0 && type > 0) packets[PACKET_TYPES[type]?.name ?? UNKNOWN_PACKET] = number;
    }
    if (this.#types[0]! > 0) packets[UNKNOWN_PACKET] = this.#types[0]!;
    return {
      endMicros: this.#end,
      events: this.#events,
      nodes: { ...this.#nodes },
      published: { ...this.#published },
      delivered: { ...this.#delivered },
      duplicates: this.#duplicates,
      packets,
      packetsSent: sent,
      packetsReceived: this.#received,
      packetsLost: this.#lost,
      bytesSent: this.#bytes,
      connections: {
        dialled: this.#dialled,
        established: this.#established,
        ended: Object.fromEntries(this.#ended),
      },
      faults: Object.fromEntries(this.#faults),
      crashes: this.#crashes,
      restarts: this.#restarts,
      callsFailed: this.#callsFailed,
      verdicts: { ...this.#verdicts },
    };
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
