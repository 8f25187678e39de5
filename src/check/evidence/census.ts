/** Who and what was seen so far: nodes, connections, and a ledger for each broker. */

import type { BrokerPromises, NodeRole, Vantage } from '../../trace/event.ts';
import { Conn } from './conn.ts';
import { Ledger } from './ledger.ts';
import { Party } from './party.ts';

export class Census {
  readonly #vantage: Vantage;
  readonly #parties = new Map<string, Party>();
  readonly #ledgers: Ledger[] = [];
  readonly #conns = new Map<string, Conn>();
  /** Connections to nodes that may be brokers or anything else, until a CONNECT says that they carry MQTT. */
  readonly #unspoken = new Map<string, Conn>();
  /** The last one that was asked for: packets come in runs. */
  #recent: Conn | undefined;

  constructor(vantage: Vantage) {
    this.#vantage = vantage;
  }

  add(name: string, role: NodeRole, promises: BrokerPromises | undefined): void {
    this.#parties.set(name, this.#party(name, role, promises));
  }

  party(name: string): Party {
    let party = this.#parties.get(name);
    if (party === undefined) {
      party = this.#party(name, 'host', undefined);
      this.#parties.set(name, party);
    }
    return party;
  }

  #party(name: string, role: NodeRole, promises: BrokerPromises | undefined): Party {
    const seen = this.#vantage === 'both-ends' || (this.#vantage === 'broker' && role === 'broker');
    return new Party(name, role, promises, !seen);
  }

  ledger(broker: Party): Ledger {
    if (broker.ledger === undefined) {
      broker.ledger = new Ledger(broker);
      this.#ledgers.push(broker.ledger);
    }
    return broker.ledger;
  }

  get ledgers(): readonly Ledger[] {
    return this.#ledgers;
  }

  conn(name: string): Conn | undefined {
    if (this.#recent?.name === name) return this.#recent;
    const conn = this.#conns.get(name);
    if (conn !== undefined) this.#recent = conn;
    return conn;
  }

  get conns(): Iterable<Conn> {
    return this.#conns.values();
  }

  /**
   * The connection of this name, which is new when it was not seen before; undefined when it goes to no broker: to a raw peer, or from a
   * node to itself, where nobody could tell who wrote a packet.
   */
  connect(name: string, from: string, to: string): { conn: Conn; isNew: boolean } | undefined {
    const known = this.#conns.get(name) ?? this.#unspoken.get(name);
    if (known !== undefined) return { conn: known, isNew: false };
    const broker = this.party(to);
    if (from === to || (broker.role !== 'broker' && !broker.hosted)) return undefined;
    const conn = new Conn(name, this.party(from), broker);
    (broker.hosted ? this.#unspoken : this.#conns).set(name, conn);
    return { conn, isNew: true };
  }

  /** The connection to a hosted node on which nothing was said yet; {@link connect} has to have met it. */
  unspoken(name: string): Conn | undefined {
    return this.#unspoken.size === 0 ? undefined : this.#unspoken.get(name);
  }

  /** The first words were said on such a connection: with a CONNECT it is one of a client to its broker, and else none of MQTT. */
  spoken(conn: Conn, isMqtt: boolean): void {
    this.#unspoken.delete(conn.name);
    if (isMqtt) this.#conns.set(conn.name, conn);
  }

  /** Nothing more can come of a connection that is over at both ends, or that never reached its listener. */
  forget(conn: Conn): void {
    if (!conn.endedAtClient || !(conn.endedAtBroker || !conn.taken)) return;
    // A listener that is stopped may accept it yet, and read what was sent to it.
    if (conn.taken || conn.upward.underWay.size === 0) this.#drop(conn);
  }

  #drop(conn: Conn): void {
    conn.forgotten = true;
    this.#conns.delete(conn.name);
    this.#unspoken.delete(conn.name);
    if (this.#recent === conn) this.#recent = undefined;
  }
}
