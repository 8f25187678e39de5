/** What ends: connections at their brokers, and nodes. */
import type { ConnectionEnded } from '../trace/event.ts';
import type { Census } from './census.ts';
import type { Conn } from './conn.ts';
import type { Families } from './families.ts';
import type { Party } from './party.ts';

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
    const ledger = this.#census.ledger(conn.broker);
    this.#families.sessions.ended(ledger, conn, end === 'closed');
    const { session } = conn;
    if (session !== undefined && session.conn === conn && !session.over) {
      session.cutAt = i;
      session.offlineSince = t;
      // A clean session ends with its connection, a crash included: nothing of it was to be kept.
      if (session.ephemeral)
        this.#families.losses.closed(ledger, session, 'its session ended with its connection');
    }
    if (conn.disconnect !== 'normal') this.#families.wills.ended(ledger, conn, i, t, end === 'crashed');
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
    const ledger = this.#census.ledgerOf(party);
    if (ledger === undefined) return;
    this.#families.wills.crashed(ledger);
    ledger.retained.crashed(party.forgetful);
    ledger.groups.crashed();
    for (const session of ledger.sessions.values()) {
      // What was forwarded once may be forwarded as new again.
      for (const places of session.forwarded) places.clear();
      if (party.promises?.durability === 'sync') continue;
      session.shaken = true;
      for (const subscription of session.subscriptions.values()) subscription.certainSince = 0;
    }
  }
}
