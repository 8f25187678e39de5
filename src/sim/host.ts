import type { ConnectionEnd } from '../mqtt/machine.ts';
import type { Endpoint } from './endpoint.ts';

/**
 * Whatever has connections: the pump of a machine, a raw peer, or a process of foreign code. All of its methods are
 * called from events, one at a time.
 */
export interface Host {
  readonly name: string;
  /** False from a power cut until the host starts again: nothing answers. */
  readonly powered: boolean;
  /** True while the process is stopped: its host still accepts connections and bytes. */
  readonly paused: boolean;
  /** False while no process listens there: its host refuses. */
  listensOn(port: number): boolean;
  /** A connection that somebody else dialled stands. */
  accepted(endpoint: Endpoint): void;
  /** The connection that this host dialled stands. */
  established(endpoint: Endpoint): void;
  /** There are bytes to be read with {@link Endpoint.readPacket} or {@link Endpoint.readBytes}. */
  readable(endpoint: Endpoint): void;
  /** The peer will send no more, and everything was readable before. This end may still write. */
  finished(endpoint: Endpoint): void;
  /** The connection is over. */
  ended(endpoint: Endpoint, end: ConnectionEnd): void;
  /** {@link Endpoint.backlog} was asked, was not zero, and is zero now. */
  drained(endpoint: Endpoint): void;
}
