/** What ends: connections at their brokers, and nodes. */
import type { ConnectionEnded } from '../trace/event.ts';
import type { Census } from './evidence/census.ts';
import type { Conn } from './evidence/conn.ts';
import type { Ledger } from './evidence/ledger.ts';
import type { Party } from './evidence/party.ts';
import type { Families } from './families.ts';

/** The reason of a DISCONNECT from a server that ends [5.0/3.14.2.1]. */
const SERVER_SHUTTING_DOWN = 0x8b;

export class Endings {
  readonly #census: Census;
  readonly #families: Families;

  constructor(census: Census, families: Families) {
    this.#census = census;
    this.#families = families;
  }

  connectionEnded(conn: Conn, i: number, t: number, end: ConnectionEnded['end']): void {
    if (conn.endedAtBroker) return;
    conn.endedAtBroker = true;
    conn.orderly = end === 'finished' || end === 'closed';
    const crashed = end === 'crashed';
    const ledger = this.#census.ledger(conn.broker);
    this.#families.sessions.ended(ledger, conn, end === 'closed');
    const { session, client, broker } = conn;
    // Whether a client that is not seen itself died with its connection, nobody knows.
    if (client.remote) client.crashes++;
    const lost = crashed || this.#mayHaveRestarted(ledger, conn, end);
    if (lost && !crashed) {
      broker.crashes++;
      broker.crashedAt = i;
      this.#forgot(broker);
    }
    if (session !== undefined && session.conn === conn && !session.over) {
      session.cutAt = i;
      session.offlineSince = t;
      // A clean session ends with its connection, a crash included: nothing of it was to be kept.
      if (session.ephemeral)
        this.#families.losses.closed(ledger, session, 'its session ended with its connection');
    }
    this.#families.wills.forsaken(ledger, conn);
    if (conn.disconnect !== 'normal') this.#families.wills.ended(ledger, conn, i, t, lost);
    // A broker that has read the end has read the DISCONNECT before it.
    else this.#families.wills.settled(conn, end === 'finished');
  }

  crashed(party: Party, i: number, t: number): void {
    party.up = false;
    party.crashes++;
    party.crashedAt = i;
    for (const conn of this.#census.conns) {
      if (conn.client === party) conn.endedAtClient = true;
      // Whoever still dials knows nothing of the crash, and may come through later.
      else if (conn.broker === party && conn.taken) this.connectionEnded(conn, i, t, 'crashed');
      else continue;
      this.#census.forget(conn);
    }
    this.#forgot(party);
  }

  /**
   * Whether the broker ended the last connection that it had, for no reason that shows: so does one that is stopped, and what it
   * keeps over that nobody has said.
   */
  #mayHaveRestarted(ledger: Ledger, conn: Conn, end: ConnectionEnded['end']): boolean {
    if (!conn.broker.remote || conn.acceptedAt === 0 || conn.disconnect !== 'none') return false;
    if (end === 'finished' || end === 'reset') return false;
    if (conn.sentAway !== undefined && conn.sentAway !== SERVER_SHUTTING_DOWN) return false;
    if (this.#families.sessions.anyStanding(ledger)) return false;
    for (const other of this.#census.conns) {
      // A new connection of its client ends it.
      if (other !== conn && other.clientId === conn.clientId && !other.endedAtBroker) return false;
    }
    return true;
  }

  /** What a node had in memory is lost. */
  #forgot(party: Party): void {
    const ledger = party.ledger;
    if (ledger === undefined) return;
    this.#families.wills.crashed(ledger);
    ledger.retained.crashed(party.forgetful);
    ledger.groups.crashed();
    for (const session of ledger.sessions.values()) {
      // What was forwarded once may be forwarded as new again.
      for (const places of session.forwarded) places.clear();
      for (const flight of session.down.flights.all().values()) {
        if (flight.copy?.arrival.acceptedAt === 0) flight.forgettable = true;
      }
      if (party.promises?.durability === 'sync') continue;
      session.shaken = true;
      for (const subscription of session.subscriptions.values()) subscription.certainSince = 0;
    }
  }
}
