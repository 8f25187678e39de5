/** What came on a connection and was not asked for yet: packets, whole, and the end. */
import { CodecError } from '../mqtt/codec/codec-error.ts';
import { Framer } from '../mqtt/codec/framer.ts';
import type { Arrival } from './expectation.ts';

export class Arrivals {
  readonly #framer = new Framer();
  readonly #ready: Arrival[] = [];
  #ended = false;
  #unframed = false;
  #told: (() => void) | undefined;

  /** More bytes, in order. */
  push(bytes: Uint8Array): void {
    if (this.#unframed) return;
    try {
      this.#framer.push(bytes);
      for (let packet = this.#framer.next(); packet !== undefined; packet = this.#framer.next())
        this.#ready.push(packet);
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#unframed = true;
      this.#ready.push(bytes);
    }
    this.#tell();
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true;
    this.#tell();
  }

  /** The next packet, or the end; `nothing` when the time is up first. */
  async next(timeIsUp: Promise<void>): Promise<Arrival> {
    let waiting = true;
    const up = timeIsUp.then(() => {
      waiting = false;
    });
    while (waiting) {
      const arrival = this.#ready.shift();
      if (arrival !== undefined) return arrival;
      if (this.#ended) return 'closed';
      await Promise.race([
        up,
        new Promise<void>((resolve) => {
          this.#told = resolve;
        }),
      ]);
    }
    return this.#ready.shift() ?? (this.#ended ? 'closed' : 'nothing');
  }

  #tell(): void {
    this.#told?.();
    this.#told = undefined;
  }
}
