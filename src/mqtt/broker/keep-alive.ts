import type { Micros, Sink } from '../machine.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';

/**
 * Closes the silent: who sends no CONNECT in time [3.1.1/3.1.4], and who sends no Control Packet for the Keep Alive
 * time its CONNECT announced, times the factor [3.1.1/MQTT-3.1.2-24].
 *
 * A connection has one wake for both. A packet only writes down when it came; the wake that finds the deadline
 * moved asks again, so that a busy client costs one wake in a Keep Alive time and not one a packet.
 */
export class KeepAlive {
  readonly #sink: Sink;
  readonly #clock: Clock;

  constructor(sink: Sink, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
  }

  /** From now on, more than `limitMicros` between packets is too long; 0 watches no more. Nothing was heard since it was called last. */
  watch(connection: Connection, limitMicros: number): void {
    const before = deadlineOf(connection);
    connection.heardAt = this.#clock.now;
    connection.silenceLimitMicros = limitMicros;
    const deadline = deadlineOf(connection);
    // A wake that comes too early finds out when it comes; one that comes too late has to be moved.
    if (deadline < before || deadline === Infinity) this.#sink.wake(connection.id, deadline);
  }

  /** The wake of a connection came. Returns true if its silence has lasted long enough to close it. */
  woken(connection: Connection): boolean {
    const deadline = deadlineOf(connection);
    if (deadline <= this.#clock.now) return true;
    this.#sink.wake(connection.id, deadline);
    return false;
  }

  /** The connection is over: its wake must not outlive it. */
  forget(connection: Connection): void {
    this.#sink.wake(connection.id, Infinity);
  }
}

function deadlineOf({ heardAt, silenceLimitMicros }: Connection): Micros {
  return silenceLimitMicros === 0 ? Infinity : heardAt + silenceLimitMicros;
}
