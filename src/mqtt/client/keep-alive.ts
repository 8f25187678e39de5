import type { Micros, Sink } from '../machine.ts';

const MICROS_PER_SECOND = 1_000_000;

/**
 * Keep Alive as the client has to keep it: a PINGREQ when nothing else was sent for the interval
 * [3.1.1/MQTT-3.1.2-23] [5.0/MQTT-3.1.2-20], and an end to the connection when no PINGRESP comes within a time.
 *
 * One wake serves both. A packet that is sent only notes the time: the wake re-arms itself when it fires too early.
 */
export class KeepAlive {
  private readonly sink: Pick<Sink, 'wake'>;
  private readonly timeoutMicros: Micros;
  /** 0 is off. */
  private intervalMicros: Micros = 0;
  private lastSent: Micros = 0;
  private pingedAt: Micros | undefined;

  /** `sink` is asked for the wake `keep-alive`. `timeoutMicros` is how long PINGRESP may take. */
  constructor(sink: Pick<Sink, 'wake'>, timeoutMicros: Micros) {
    this.sink = sink;
    this.timeoutMicros = timeoutMicros;
  }

  private wake(at: Micros): void {
    this.sink.wake('keep-alive', at);
  }

  /** The connection is accepted; `seconds` is ours or what the server asks for instead [5.0/MQTT-3.1.2-21] [5.0/MQTT-3.2.2-21]. */
  start(seconds: number): void {
    this.intervalMicros = seconds * MICROS_PER_SECOND;
    this.pingedAt = undefined;
    if (seconds > 0) this.wake(this.lastSent + this.intervalMicros);
  }

  stop(): void {
    if (this.intervalMicros > 0) this.wake(Infinity);
    this.intervalMicros = 0;
    this.pingedAt = undefined;
  }

  get running(): boolean {
    return this.intervalMicros > 0;
  }

  /** A control packet was written. */
  sent(now: Micros): void {
    this.lastSent = now;
  }

  /** PINGRESP came. */
  answered(): void {
    this.pingedAt = undefined;
  }

  /** What has to be done now: send PINGREQ, give the connection up, or nothing. */
  woken(now: Micros): 'ping' | 'timed-out' | 'nothing' {
    if (this.intervalMicros === 0) return 'nothing';
    if (this.pingedAt !== undefined && now >= this.pingedAt + this.timeoutMicros) return 'timed-out';
    let due: 'ping' | 'nothing' = 'nothing';
    if (now >= this.lastSent + this.intervalMicros) {
      due = 'ping';
      this.lastSent = now;
      this.pingedAt ??= now;
    }
    const timeout = this.pingedAt === undefined ? Infinity : this.pingedAt + this.timeoutMicros;
    this.wake(Math.min(this.lastSent + this.intervalMicros, timeout));
    return due;
  }
}
