/** What a simulated run looks like from elsewhere: to a server that records, or to a tap beside the broker or beside its clients. */
import { decode } from '../../src/mqtt/codec/decode.ts';
import type { BrokerPromises, ConnectionEnded, PacketSent, TraceEvent } from '../../src/trace/event.ts';

export type Elsewhere = 'server' | 'tap at the broker' | 'tap at the clients';

/** The events that somebody elsewhere records, numbered anew. */
export function seenFrom(events: readonly TraceEvent[], where: Elsewhere): TraceEvent[] {
  return new Projection(events, where).out;
}

type Draft = TraceEvent extends infer E ? (E extends TraceEvent ? Omit<E, 'i' | 't' | 'c'> : never) : never;

class Projection {
  readonly out: TraceEvent[] = [];
  readonly #where: Elsewhere;
  readonly #brokers = new Set<string>();
  readonly #sent = new Map<number, PacketSent>();
  /** Sendings that never left their host. */
  readonly #stuck = new Set<number>();
  /** Connections by the names that the simulation gave them, with those under which they are recorded. */
  readonly #known = new Map<string, { conn: string; from: string; to: string }>();
  readonly #clients = new Map<string, number>();
  /** Ended by their clients, which their broker has not answered. */
  readonly #halfOver = new Set<string>();
  readonly #over = new Set<string>();
  /** Nodes whose host is without power, while their connections end. */
  readonly #dark = new Set<string>();
  /** Connections from whose client nothing passes any more. */
  readonly #jammed = new Set<string>();
  #now = 0;

  constructor(events: readonly TraceEvent[], where: Elsewhere) {
    this.#where = where;
    for (const event of events)
      if (event.k === 'packet.lost' && event.at === 'sender') this.#stuck.add(event.of);
    for (const event of events) {
      this.#now = event.t;
      // A server that crashes writes no trace any more.
      const crashed = event.k === 'node.crashed' || event.k === 'node.power-cut';
      if (where === 'server' && crashed && this.#brokers.has(event.n)) return;
      this.#observe(event);
    }
  }

  #observe(event: TraceEvent): void {
    switch (event.k) {
      case 'node.added':
        if (event.role !== 'broker') return;
        this.#brokers.add(event.n);
        this.#appear(event.n, 'broker', this.#where === 'server' ? event.promises : undefined);
        return;
      case 'node.power-cut':
        this.#dark.add(event.n);
        return;
      case 'node.started':
        this.#dark.delete(event.n);
        return;
      case 'packet.sent':
        this.#sent.set(event.i, event);
        if (!this.#isNear(event.n)) return;
        // What never left its host holds up what was written after it.
        if (this.#where === 'tap at the clients' && this.#stuck.has(event.i)) this.#jammed.add(event.conn);
        if (!this.#jammed.has(event.conn)) this.#passed(event);
        return;
      case 'packet.received':
        if (this.#isNear(event.n)) this.#passed(this.#sent.get(event.of)!);
        return;
      case 'conn.ended':
        if (this.#isNear(event.n) || this.#halfOver.has(event.conn)) this.#ended(event);
        return;
    }
  }

  #isNear(node: string): boolean {
    return this.#brokers.has(node) !== (this.#where === 'tap at the clients');
  }

  #passed(sent: PacketSent): void {
    if (this.#over.has(sent.conn)) return;
    const { n, v, bytes, malformed } = sent;
    const { conn, from, to } = this.#connection(sent);
    const isUp = !this.#brokers.has(n);
    const draft = { k: 'packet.sent', n: isUp ? from : to, conn, v, bytes } as const;
    const of = this.#emit(malformed === undefined ? draft : { ...draft, malformed });
    this.#emit({ k: 'packet.received', n: isUp ? to : from, conn, of });
  }

  #ended({ n, conn: name, end }: ConnectionEnded): void {
    const known = this.#known.get(name);
    if (known === undefined || this.#over.has(name) || this.#dark.has(n)) return;
    const { conn, from, to } = known;
    const atBroker = this.#brokers.has(n);
    if (this.#where === 'server') {
      this.#over.add(name);
      this.#emit({ k: 'conn.ended', n, conn, end });
      return;
    }
    const passive = end === 'finished' || end === 'reset';
    const orderly = end === 'finished' || end === 'closed' || end === 'crashed';
    if (!atBroker && !passive) {
      // How its broker takes that shows later.
      this.#halfOver.add(name);
      this.#emit({ k: 'conn.ended', n: from, conn, end: orderly ? 'closed' : 'aborted' });
      return;
    }
    this.#over.add(name);
    if (!this.#halfOver.has(name)) {
      const active = atBroker === passive ? from : to;
      this.#emit({ k: 'conn.ended', n: active, conn, end: orderly ? 'closed' : 'aborted' });
    }
    const last = this.#halfOver.has(name) || atBroker === passive ? to : from;
    this.#emit({
      k: 'conn.ended',
      n: last,
      conn,
      end: orderly && (passive || last === from) ? 'finished' : 'reset',
    });
  }

  /** A connection is recorded with its first packet, under the Client Identifier in it. */
  #connection({ conn: name, bytes }: PacketSent): { conn: string; from: string; to: string } {
    let known = this.#known.get(name);
    if (known !== undefined) return known;
    const [, node, to] = /^(.*)>(.*)#\d+$/.exec(name) as unknown as [string, string, string];
    const connect = bytes[0]! >> 4 === 1 ? decode(bytes, 4) : undefined;
    const from = connect?.type === 'connect' && connect.clientId !== '' ? connect.clientId : node;
    const count = (this.#clients.get(from) ?? 0) + 1;
    this.#clients.set(from, count);
    if (count === 1) this.#appear(from, 'client');
    known = { conn: `${from}>${to}#${count}`, from, to };
    this.#known.set(name, known);
    const { conn } = known;
    this.#emit({ k: 'conn.dialled', n: from, conn, from, to });
    this.#emit({ k: 'conn.accepted', n: to, conn, from, to });
    this.#emit({ k: 'conn.established', n: from, conn, from, to });
    return known;
  }

  #appear(n: string, role: 'client' | 'broker', promises?: BrokerPromises): void {
    this.#emit({ k: 'node.added', n, role, ...(promises === undefined ? {} : { promises }) });
    this.#emit({ k: 'node.started', n, life: 1 });
  }

  #emit(event: Draft): number {
    const i = this.out.length + 1;
    this.out.push({ ...event, i, t: this.#now, c: 0 } as TraceEvent);
    return i;
  }
}
