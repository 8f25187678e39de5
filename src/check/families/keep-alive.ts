/**
 * Keep-alive, at the clock of each end: a client is never silent for longer than it said, and a server closes a silent connection after
 * one and a half times that, not before and not much later.
 *
 * A process that stands still can do neither, and is given the time again when it goes on. While its clock is wrong nothing is said
 * about it.
 */
import type { Disconnect } from '../../mqtt/codec/packet.ts';
import { describeTime } from '../../trace/describe.ts';
import type { Side } from '../evidence/side.ts';
import type { Tally } from '../tally.ts';

const MICROS_PER_SECOND = 1_000_000;
const FACTOR = 1.5;
const KEEP_ALIVE_TIMEOUT = 0x8d;
/** A timer is no moment: a client may be late by this part of its interval, and by so much more. The server waits half of it longer. */
const CLIENT_LATE = 0.1;
const CLIENT_LATE_MICROS = 500_000;
/** Servers look at their connections from time to time. */
const SERVER_LATE = 0.25;
const SERVER_LATE_MICROS = 5_000_000;
/** A clock that was read in whole milliseconds, or a little before the packet was written. */
const EARLY_MICROS = 2_000;

export class KeepAlive {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** A client is about to write at `t`, or its connection or the run is over: how long has it said nothing? */
  spoke(side: Side, i: number, t: number): void {
    const seconds = side.keepAlive;
    // One that waits for PINGRESP, or was told to leave, is on its way out.
    if (seconds === 0 || !side.judged || side.pings > 0 || side.conn.leaving || side.farewellAt > 0) return;
    const since = Math.max(side.spokeTime, side.heardTime);
    if (t - since <= seconds * MICROS_PER_SECOND || !isTimely(side, since)) return;
    const rule =
      side.connack?.properties?.serverKeepAlive === undefined
        ? 'keep-alive.client'
        : 'keep-alive.server-value';
    const limit = seconds * MICROS_PER_SECOND * (1 + CLIENT_LATE) + CLIENT_LATE_MICROS;
    const silent = t - Math.max(since, side.party.resumedAt);
    if (silent <= limit) return;
    this.#tally.reach(rule);
    const { name } = side.party;
    this.#tally.broken(
      rule,
      name,
      `${name} sent nothing on ${side.conn.name} for ${describeTime(silent)}; its keep-alive is ${seconds} s`,
      [side.spokeAt, i],
    );
  }

  /** A client wrote PINGREQ: it had been silent. */
  pinged(side: Side): void {
    if (!side.judged || side.keepAlive === 0) return;
    const overruled = side.connack?.properties?.serverKeepAlive !== undefined;
    this.#tally.reach(overruled ? 'keep-alive.server-value' : 'keep-alive.client');
  }

  /** A server is about to read at `t`, or its connection or the run is over: how long has it let the client be silent? */
  heard(side: Side, i: number, t: number): void {
    const seconds = side.keepAlive;
    if (seconds === 0 || t - side.heardTime < seconds * MICROS_PER_SECOND * FACTOR) return;
    if (!side.judged || side.farewellAt > 0) return;
    const { party } = side;
    const limit = seconds * MICROS_PER_SECOND * Math.max(FACTOR, party.promises?.keepAliveFactor ?? FACTOR);
    if (t - side.heardTime < limit || !isTimely(side, side.heardTime) || party.remote) return;
    this.#tally.reach('keep-alive.server');
    const late = t - Math.max(side.heardTime + limit, party.resumedAt);
    if (late <= limit * SERVER_LATE + SERVER_LATE_MICROS) return;
    this.#tally.broken(
      'keep-alive.server',
      party.name,
      `${party.name} left ${side.conn.name} open although nothing had come for ${describeTime(t - side.heardTime)}; the keep-alive is ${seconds} s`,
      [side.heardAt, i],
    );
  }

  /** A server says at `t` that it closes for silence. */
  timedOut(side: Side, packet: Disconnect, i: number, t: number): void {
    if (packet.reasonCode !== KEEP_ALIVE_TIMEOUT || !side.judged || !isTimely(side, side.heardTime)) return;
    this.#tally.reach('keep-alive.patience');
    const seconds = side.keepAlive;
    const { name, promises } = side.party;
    const limit = seconds * MICROS_PER_SECOND * Math.min(FACTOR, promises?.keepAliveFactor ?? FACTOR);
    const silent = t - side.heardTime;
    if (seconds > 0 && silent >= limit - EARLY_MICROS) return;
    this.#tally.broken(
      'keep-alive.patience',
      name,
      `${name} closed ${side.conn.name} for silence ${describeTime(silent)} after its last packet; ` +
        (seconds === 0
          ? 'the keep-alive is off'
          : `the keep-alive is ${seconds} s, and half of that is to be added`),
      [side.heardAt, i],
    );
  }
}

/** Whether the clock of a side has been right since. */
function isTimely({ party }: Side, since: number): boolean {
  return party.isRunning && party.clockFaults === 0 && party.clockSetAt < since;
}
