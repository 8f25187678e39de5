import type { ProtocolVersion } from '../codec/packet.ts';
import type { Micros } from '../machine.ts';
import type { ReconnectOptions } from './application.ts';

/** The delay before each attempt to connect again: it grows, and jitter keeps a thousand clients from coming back at once. */
class BackOff {
  readonly #options: ReconnectOptions;
  #delayMicros: Micros;

  constructor(options: ReconnectOptions) {
    this.#options = options;
    this.#delayMicros = options.initialMicros;
  }

  /** @param draw from [0, 1), for the jitter. */
  next(draw: number): Micros {
    const { maximumMicros, factor, jitter } = this.#options;
    const delay = Math.min(this.#delayMicros, maximumMicros);
    this.#delayMicros = Math.min(this.#delayMicros * factor, maximumMicros);
    return Math.round(delay * (1 - jitter * draw));
  }
}

/** From being told to connect, or from the loss of a connection, until a CONNECT is accepted. */
export class Attempts {
  /** No CONNECT has been accepted since the application called `connect`. */
  fresh: boolean;
  /** The server holds a session that is not ours: the next CONNECT makes it forget. */
  discarding = false;
  #backOff: BackOff | undefined;

  constructor(fresh: boolean) {
    this.fresh = fresh;
  }

  /** The application has called `connect`. */
  renew(): void {
    this.fresh = true;
    this.#backOff = undefined;
  }

  /** How long the next attempt is put off: the longer, the more failed one after the other. @param draw as for {@link BackOff.next}. */
  pause(options: ReconnectOptions, draw: number): Micros {
    this.#backOff ??= new BackOff(options);
    return this.#backOff.next(draw);
  }
}

/**
 * Refusals that time can heal, by the reason code of a 5.0 CONNACK or DISCONNECT: unspecified (0x80), implementation specific (0x83),
 * server unavailable (0x88), busy (0x89), shutting down (0x8B), keep alive timeout (0x8D), receive maximum exceeded (0x93), message rate
 * too high (0x96), quota exceeded (0x97), administrative action (0x98), connection rate exceeded (0x9F), maximum connect time (0xA0); and a
 * DISCONNECT with 0x00, which says nothing of the cause.
 */
const HEALS_SINCE_5: readonly number[] = [
  0x00, 0x80, 0x83, 0x88, 0x89, 0x8b, 0x8d, 0x93, 0x96, 0x97, 0x98, 0x9f, 0xa0,
];
/** Before 5.0 only "server unavailable" speaks of the server; the others speak of what this client says, which stays the same. */
const SERVER_UNAVAILABLE = 3;

/** Whether trying again with the same CONNECT makes sense after this code. */
export function heals(reasonCode: number, version: ProtocolVersion): boolean {
  return version === 5 ? HEALS_SINCE_5.includes(reasonCode) : reasonCode === SERVER_UNAVAILABLE;
}
