import type { Micros } from '../machine.ts';

/** The time of the input that is being handled: monotone, and wall time as the node believes it. */
export class Clock {
  now: Micros = 0;
  wallOffset: Micros;

  constructor(wallOffset: Micros) {
    this.wallOffset = wallOffset;
  }

  get wall(): Micros {
    return this.now + this.wallOffset;
  }

  /** The moment of the monotone clock at which the wall clock will read `wall`; Infinity stays Infinity. */
  monotone(wall: Micros): Micros {
    return wall - this.wallOffset;
  }
}
