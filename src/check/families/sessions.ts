/** Sessions: whether the broker tells the truth about them, resumes what was unfinished, and has one connection for each. */
import type { Connack } from '../../mqtt/codec/packet.ts';
import type { Conn } from '../evidence/conn.ts';
import type { Lane } from '../evidence/lane.ts';
import type { Ledger } from '../evidence/ledger.ts';
import type { Party } from '../evidence/party.ts';
import { excuseOf, type Session } from '../evidence/session.ts';
import type { Tally } from '../tally.ts';
import { isOverdue, PATIENCE_MICROS } from './patience.ts';

interface Doubt {
  /** Whether one of those asked for a clean session. */
  session: 'going-on' | 'clean';
  /** Connections of the client that the broker has closed since. */
  readonly closed: Conn[];
}

export class Sessions {
  readonly #tally: Tally;
  /** Accepted connections that stand at their broker, by client, newest last. */
  readonly #standing = new Map<Ledger, Map<string, Conn[]>>();
  /** Client identifiers whose CONNECT a broker read and may have acted upon without an answer. */
  readonly #doubtful = new Map<Ledger, Map<string, Doubt>>();

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** The broker read a CONNECT. */
  asked(ledger: Ledger, conn: Conn): void {
    let doubtful = this.#doubtful.get(ledger);
    if (doubtful === undefined) {
      doubtful = new Map();
      this.#doubtful.set(ledger, doubtful);
    }
    if (this.#standing.get(ledger)?.has(conn.clientId)) this.#tally.reach('session.takeover');
    // Until it answers, whatever was known of the session may have changed.
    const doubt = doubtful.get(conn.clientId);
    conn.unanswered = doubt?.session ?? 'none';
    const session = conn.clean || conn.unanswered === 'clean' ? 'clean' : 'going-on';
    if (doubt === undefined) doubtful.set(conn.clientId, { session, closed: [] });
    else doubt.session = session;
  }

  /**
   * The broker wrote a CONNACK, with `session` as it was known before, if one was. Gives back whether that goes on: before 3.1.1
   * the CONNACK cannot say so, and it may be doubtful.
   */
  answered(
    ledger: Ledger,
    conn: Conn,
    packet: Connack,
    session: Session | undefined,
    i: number,
  ): 'resumed' | 'new' | 'doubtful' | 'inherited' {
    const tally = this.#tally;
    const taken =
      packet.reasonCode === 0 ? this.#doubtful.get(ledger)?.get(conn.clientId)?.closed : undefined;
    for (const old of taken ?? []) this.#closedFor(ledger, old, conn, i);
    if (conn.v < 4) {
      if (packet.reasonCode === 0) this.#doubtful.get(ledger)?.delete(conn.clientId);
      // For how long a broker that is not seen itself keeps a session nobody said, and neither does this CONNACK.
      if (!conn.clean && ledger.inherits) return 'inherited';
      if (conn.clean || session === undefined || session.over) return 'new';
      const state =
        conn.unanswered !== 'none' || session.shaken ? 'doubtful' : stateFor(conn, session, tally.now);
      return state === 'doubtful' ? 'doubtful' : state === 'present' ? 'resumed' : 'new';
    }
    this.#told(ledger, conn, packet, session, i);
    if (packet.reasonCode === 0 && conn.serverSide.connect?.clientId === '')
      this.#named(ledger, conn, packet, i);
    if (packet.sessionPresent && session === undefined && ledger.inherits) return 'inherited';
    if (!packet.sessionPresent || session === undefined || session.over) return 'new';
    // What goes on may be what an unanswered CONNECT began.
    if (conn.unanswered === 'none') return 'resumed';
    return conn.unanswered === 'clean' || stateFor(conn, session, tally.now) !== 'present'
      ? 'doubtful'
      : 'resumed';
  }

  #told(ledger: Ledger, conn: Conn, packet: Connack, session: Session | undefined, i: number): void {
    const tally = this.#tally;
    const broker = ledger.broker.name;
    const said = packet.sessionPresent;
    tally.reach('session.present');
    const wrong = (text: string, about: readonly number[]): void => {
      tally.broken('session.present', broker, text, [conn.connectAt, ...about, i]);
    };
    // With Session Present 1 it would be no packet.
    if (packet.reasonCode !== 0) return;
    this.#doubtful.get(ledger)?.delete(conn.clientId);
    if (conn.clean) {
      if (said)
        wrong(
          `${broker} answered ${conn.clientId}, which asked for a clean session, with Session Present 1`,
          [],
        );
      return;
    }
    const state = conn.unanswered !== 'none' ? 'doubtful' : stateFor(conn, session, tally.now);
    if (said && session === undefined && ledger.inherits) return;
    if (said && state === 'absent') {
      wrong(
        `${broker} told ${conn.clientId} that its session was present, but ${session === undefined ? 'it never had one here' : 'that had ended'}`,
        [session?.cutAt ?? 0],
      );
    } else if (!said && state === 'present') {
      const text =
        `${broker} told ${conn.clientId} that no session was present, but it had one from ${session!.conn?.name ?? 'before'}` +
        `${session!.cutAt > 0 ? `, which ended at event ${session!.cutAt}` : ''}`;
      const about = [session!.conn?.acceptedAt ?? 0, session!.cutAt, ledger.broker.crashedAt];
      if (session!.shaken || ledger.broker.forgetful) {
        tally.excuse(
          'session.present',
          broker,
          `${broker} promised durability ${ledger.broker.promises?.durability ?? 'unknown'} and crashed`,
          text,
          [conn.connectAt, ...about, i],
        );
      } else if (conn.v < 5 && mayHaveExpired(ledger.broker, session!)) {
        const reason = `nobody said for how long ${broker} keeps sessions without a connection`;
        tally.excuse('session.present', broker, reason, text, [conn.connectAt, ...about, i]);
      } else wrong(text, about);
    }
  }

  /** The broker accepted a client without an identifier. */
  #named(ledger: Ledger, conn: Conn, packet: Connack, i: number): void {
    this.#tally.reach('session.identifier');
    const { name } = ledger.broker;
    const assigned = packet.properties?.assignedClientIdentifier;
    let wrong: string | undefined;
    if (conn.v < 5) {
      if (!conn.clean) wrong = 'although it asked for a session that lasts';
    } else if (!assigned) wrong = 'and did not tell it which one it was given';
    else if (this.#standing.get(ledger)?.has(assigned))
      wrong = `and gave it that of another one which is there, ${assigned}`;
    if (wrong === undefined) return;
    const text = `${name} accepted a client without an identifier on ${conn.name}, ${wrong}`;
    this.#tally.broken('session.identifier', name, text, [conn.connectAt, i]);
  }

  /** The broker accepted a connection. */
  accepted(ledger: Ledger, conn: Conn): void {
    let clients = this.#standing.get(ledger);
    if (clients === undefined) {
      clients = new Map();
      this.#standing.set(ledger, clients);
    }
    const standing = clients.get(conn.clientId);
    if (standing === undefined) clients.set(conn.clientId, [conn]);
    else standing.push(conn);
  }

  /** A connection ended at its broker; `closed` when the broker itself ended it. */
  ended(ledger: Ledger, conn: Conn, closed: boolean): void {
    // It may be closed for another reason while a CONNECT waits; unless one is there to see, then nobody is told that either.
    const { duty, farewellAt } = conn.serverSide;
    const hasCause = conn.disconnect !== 'none' || (duty !== undefined && farewellAt === 0);
    if (closed && conn.v === 5 && conn.acceptedAt > 0 && !hasCause)
      this.#doubtful.get(ledger)?.get(conn.clientId)?.closed.push(conn);
    const clients = this.#standing.get(ledger);
    const standing = clients?.get(conn.clientId);
    if (standing === undefined) return;
    const at = standing.indexOf(conn);
    if (at !== -1) standing.splice(at, 1);
    if (standing.length === 0) clients!.delete(conn.clientId);
  }

  /** The broker closed a connection of 5.0 for another one of its client, which has to be told [5.0/MQTT-3.1.4-3]. */
  #closedFor({ broker }: Ledger, old: Conn, conn: Conn, i: number): void {
    this.#tally.reach('session.takeover-told');
    if (old.serverSide.farewellAt > 0) return;
    this.#tally.broken(
      'session.takeover-told',
      broker.name,
      `${broker.name} closed ${old.name} of ${old.clientId} for ${conn.name} without DISCONNECT 0x8E`,
      [old.acceptedAt, conn.connectAt, i],
    );
  }

  /** Whether any connection stands at the broker. */
  anyStanding(ledger: Ledger): boolean {
    return (this.#standing.get(ledger)?.size ?? 0) > 0;
  }

  finish(ledger: Ledger, quiet: boolean): void {
    if (!ledger.broker.up) return;
    for (const standing of this.#standing.get(ledger)?.values() ?? []) {
      const newest = standing[standing.length - 1]!;
      const late = newest.client.remote && this.#tally.now - newest.acceptedTime >= PATIENCE_MICROS;
      for (const older of standing.slice(0, -1)) {
        // Only an answer shows that a connection still stands at a broker that is not seen itself.
        if (!(ledger.broker.remote ? older.readByBroker > newest.acceptedAt : quiet || late)) continue;
        this.#tally.broken(
          'session.takeover',
          ledger.broker.name,
          `${ledger.broker.name} left ${older.name} of ${older.clientId} open after it had accepted ${newest.name} for the same client`,
          [older.acceptedAt, newest.acceptedAt],
        );
      }
    }
    for (const session of ledger.sessions.values()) {
      if (session.over || excuseOf(session) !== undefined) continue;
      if (!quiet && !(session.client.remote && isOverdue(session.conn!, 0, 0))) continue;
      this.#resumed(session, session.down, true);
      if (session.client.role !== 'peer') this.#resumed(session, session.up, false);
    }
  }

  /** What is unacknowledged in a lane whose connection stands has to have been sent again on that connection. */
  #resumed(session: Session, lane: Lane, down: boolean): void {
    const sender = down ? session.broker : session.client;
    for (const [id, flight] of lane.flights.all()) {
      this.#tally.reach('session.resumed');
      // On the same connection the other end is the one that owes an answer.
      if (flight.conn === session.conn || (!down && sender.crashes > flight.crashes)) continue;
      if (down && session.client.role === 'peer') continue;
      // What nobody had been told of, a crash may forget.
      const acceptedAt = flight.copy?.arrival.acceptedAt ?? 0;
      const promised = !down || (!flight.forgettable && acceptedAt > 0 && acceptedAt < sender.crashedAt);
      if (!promised && sender.crashes > flight.crashes) continue;
      this.#tally.broken(
        'session.resumed',
        sender.name,
        `${sender.name} never sent ${flight.stage === 'publish' ? 'PUBLISH' : 'PUBREL'} #${id} on ${flight.topic} again after its session was ` +
          `resumed; it was sent at event ${flight.at} on ${flight.conn.name} and is not acknowledged`,
        [flight.at, session.conn?.acceptedAt ?? 0],
      );
    }
  }
}

/** Before 5.0 a server keeps the session of a client that is away for as long as it was told to, and of a foreign one nobody knows what that is. */
function mayHaveExpired(broker: Party, session: Session): boolean {
  return broker.remote || (broker.hosted && broker.promises === undefined && session.offlineSince >= 0);
}

/** What a server may find between CONNECT and CONNACK. */
export function stateFor(
  conn: Conn,
  session: Session | undefined,
  now: number,
): 'present' | 'absent' | 'doubtful' {
  const state = stateOf(session, now);
  return state === stateOf(session, conn.connectTime) ? state : 'doubtful';
}

function stateOf(session: Session | undefined, now: number): 'present' | 'absent' | 'doubtful' {
  if (session === undefined) return 'absent';
  if (session.over) return 'absent';
  const { conn } = session;
  if (conn === undefined) return 'doubtful';
  // Whether a broker that is not seen itself has read the last word on its expiry, nobody knows.
  if (conn.expiryChanged && conn.broker.remote) return 'doubtful';
  if (session.ephemeral) return 'absent';
  if (session.offlineSince < 0) return 'present';
  const seconds = session.expirySeconds;
  if (seconds === Number.POSITIVE_INFINITY) return 'present';
  // What is counted in wall time is over at nobody's fault when the clock is set.
  if (session.broker.clockSetAt >= session.offlineSince) return 'doubtful';
  const longest = conn.v === 5 ? conn.longestExpiry : seconds;
  // Who resets a connection may be somebody in between, long after the broker has given it up.
  const since = conn.broker.remote && !conn.orderly ? conn.wrote.t : session.offlineSince;
  const away = now - session.offlineSince;
  // A deadline is not a moment for an observer: a second on either side is nobody's fault.
  if (now - since < (seconds - 1) * 1_000_000) return 'present';
  const isOver = away > (longest + 1) * 1_000_000 && (conn.orderly || !conn.broker.remote);
  return isOver && session.broker.crashes === 0 ? 'absent' : 'doubtful';
}
