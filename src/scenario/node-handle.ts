/** What a script can do to any node. */
import type { FaultSpan } from '../sim/duplex-link.ts';
import type { SimNode } from '../sim/node.ts';
import type { Duration } from '../sim/time.ts';
import { optionsOf } from './option-values.ts';
import type { Stage } from './stage.ts';

/** A node, by its handle or by its name. */
export type NodeReference = NodeHandle | string;

export abstract class NodeHandle {
  /** @internal */
  protected readonly stage: Stage;
  /** @internal */
  protected abstract readonly node: SimNode;

  /** @internal */
  constructor(stage: Stage) {
    this.stage = stage;
  }

  /** The name it was given; unique in its run. */
  get name(): string {
    return this.node.name;
  }

  /** True while its process lives, also while it is stopped. */
  get alive(): boolean {
    return this.node.alive;
  }

  /** How often its process was started again after a crash or a power cut. */
  get restarts(): number {
    return this.node.restarts;
  }

  /**
   * The process dies. Its host lives: connections are closed in order (FIN, or RST when there was unread data), and what was
   * written to the disk is there after the restart.
   *
   * @param options `for`: how long it is down, `'3s'`; without it until {@link restart}.
   */
  crash(options: FaultSpan = {}): void {
    this.strike('crash', options, [], () => this.node.crash(options));
  }

  /**
   * The host loses its power: nobody hears a word, and the disk keeps what was synced.
   *
   * @param options `for`: how long; `torn`: the write under way is lost as a whole.
   */
  powerCut(options: FaultSpan & { torn?: boolean } = {}): void {
    this.strike('powerCut', options, ['torn'], () => this.node.powerCut(options));
  }

  /** Ends a crash or a power cut now; does nothing on a node that lives. */
  restart(): void {
    this.stage.act(() => this.node.restart());
  }

  /** The process stops, as with SIGSTOP: its host goes on taking bytes until the window is closed. */
  pause(options: FaultSpan = {}): void {
    this.strike('pause', options, [], () => this.node.pause(options));
  }

  /** Ends a {@link pause}. */
  resume(): void {
    this.stage.act(() => this.node.resume());
  }

  /**
   * The process reads its connections slowly, each at so many bytes a second: what comes faster waits at its host until the window of
   * TCP is closed, and then at whoever sends it. `{ bytesPerSecond: 100, for: '10s' }`
   */
  readSlowly(options: FaultSpan & { bytesPerSecond: number }): void {
    this.strike('readSlowly', options, ['bytesPerSecond'], () => this.node.readSlowly(options));
  }

  /** The wall clock jumps, `{ ahead: '1h' }` or `{ behind: '1h' }`; it jumps back when the time is over. */
  skewClock(options: FaultSpan & ({ ahead: Duration } | { behind: Duration })): void {
    this.strike('skewClock', options, ['ahead', 'behind'], () => this.node.skewClock(options));
  }

  /** All clocks of the node gain `rate` seconds a second: 50e-6 for a common crystal, negative to lose. */
  driftClock(options: FaultSpan & { rate: number }): void {
    this.strike('driftClock', options, ['rate'], () => this.node.driftClock(options));
  }

  /** @internal `crash('5s')` and a misspelt `for` would be a crash without an end. */
  protected strike(verb: string, options: FaultSpan, known: readonly string[], happens: () => void): void {
    optionsOf(options, ['for', ...known], `${verb} of '${this.name}'`);
    this.stage.act(happens);
  }
}
