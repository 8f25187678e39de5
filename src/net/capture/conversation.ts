/** One TCP connection of a capture, handed to the record of a wire. */
import type { WireRecord } from '../wire-record.ts';
import { Reassembly } from './reassembly.ts';
import type { Segment } from './segment.ts';

type Side = 'client' | 'server';

/** What can be at the beginning of what a client says. */
const CONNECT = 0x10;
const GET = 0x47;
const TLS_HANDSHAKE = 0x16;

const MIDDLE = 'its beginning is not in the capture, so that none of it can be read';

/** What of it could not be read, as a sentence. */
export type Complaint = (what: string) => void;

export class Conversation {
  readonly #wire: WireRecord;
  readonly #begins: () => void;
  readonly #complain: Complaint;
  readonly #client: Reassembly;
  readonly #server: Reassembly;
  /** Sides of which nothing is read any more. */
  readonly #unread = new Set<Side>();
  #hasBegun = false;
  /** Sides that have ended it. */
  readonly #finished = new Set<Side>();
  #reset = false;
  /** Of the SYN of the client; undefined when the capture begins later. */
  #began: number | undefined;

  /** @param begins is told when it carries its first bytes */
  constructor(wire: WireRecord, begins: () => void, complain: Complaint) {
    this.#wire = wire;
    this.#begins = begins;
    this.#complain = complain;
    this.#client = this.#reassembly('client');
    this.#server = this.#reassembly('server');
  }

  /** Nothing more can come of it. */
  get over(): boolean {
    return this.#finished.size === 2;
  }

  /** Whether a segment begins another connection between the same two ports. */
  isAnother({ syn, acknowledged, sequence }: Segment): boolean {
    return syn && acknowledged === undefined && this.#began !== sequence;
  }

  take(segment: Segment, by: Side, now: number): void {
    // After a reset only what the other side had written before it knew of that.
    if (this.#finished.has(by) && (this.#reset || this.over)) return;
    const [own, other] = by === 'client' ? [this.#client, this.#server] : [this.#server, this.#client];
    const { sequence, acknowledged, syn, fin, rst, payload, length } = segment;
    if (rst) {
      own.close();
      this.#reset = true;
      this.#finished.add(by);
      if (this.#hasBegun) this.#wire.ended(by, 'reset');
      return;
    }
    if (syn) {
      if (by === 'client') this.#began = sequence;
      own.begin(sequence);
    }
    // The SYN itself has a number.
    const first = syn ? (sequence + 1) >>> 0 : sequence;
    if (length > 0 || fin) own.segment(first, payload, length, fin, now);
    if (acknowledged !== undefined) other.acknowledge(acknowledged, now);
  }

  /** Nothing more is captured of it. */
  finish(): void {
    if (this.over) return;
    this.#client.close();
    this.#server.close();
  }

  #reassembly(by: Side): Reassembly {
    return new Reassembly({
      data: (bytes) => this.#data(by, bytes),
      missing: (bytes) => {
        const what = `${bytes} B of what the ${by} sent`;
        this.#unreadable(by, `${what} are missing from the capture, and what follows them is left out`);
      },
      finished: () => {
        this.#finished.add(by);
        if (this.#hasBegun) this.#wire.ended(by, 'finished');
      },
    });
  }

  #data(by: Side, bytes: Uint8Array): void {
    if (!this.#hasBegun) {
      const problem = by === 'client' ? notMqtt(bytes[0]!) : MIDDLE;
      this.#hasBegun = true;
      this.#begins();
      if (problem !== undefined) {
        this.#unread.add('client').add('server');
        this.#complain(problem);
        this.#wire.unreadable('client', problem);
      }
    }
    if (this.#unread.has(by)) return;
    if (by === 'client') this.#wire.fromClient(bytes);
    else this.#wire.fromServer(bytes);
  }

  #unreadable(by: Side, what: string): void {
    if (this.#unread.has(by)) return;
    this.#unread.add(by);
    this.#complain(what);
    this.#wire.unreadable(by, what);
  }
}

function notMqtt(first: number): string | undefined {
  if (first === CONNECT || first === GET) return undefined;
  return first === TLS_HANDSHAKE ? 'it is encrypted with TLS, which only its two ends can read' : MIDDLE;
}
