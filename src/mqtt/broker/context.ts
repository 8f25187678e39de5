import type { Sink } from '../machine.ts';
import type { Journal } from '../session/journal.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import type { BrokerOptions } from './options.ts';
import type { Traffic } from './traffic.ts';

/** What every part of one broker shares. */
export interface Context {
  readonly sink: Sink;
  readonly options: BrokerOptions;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly traffic: Traffic;
  /** Draws from [0, 1). */
  readonly chance: () => number;
  /** Connections that were found to have more waiting for the disk than the limit: `stored` lets them go on. */
  readonly stalled: Set<Connection>;
}
