import type { SmallSet } from '../collections/small-set.ts';
import type { ConnectionEnd } from '../mqtt/machine.ts';
import type { Endpoint } from './endpoint.ts';
import type { Exchanges } from './exchanges.ts';

/** Who is told what happens to a connection, in events and one at a time. */
export interface Attendant<L> {
  /** The connection that this host dialled stands. */
  established(line: L): void;
  /** There are bytes to be read. */
  readable(line: L): void;
  /** The peer will send no more, and everything was readable before. This end may still write. */
  finished(line: L): void;
  /** The connection is over. */
  ended(line: L, end: ConnectionEnd): void;
  /** The backlog was asked for, was not zero, and is zero now; or there was no room, and is again. */
  drained(line: L): void;
}

/** Whatever has connections: the pump of a machine, a raw peer, or a process of foreign code. */
export interface Host extends Attendant<Endpoint> {
  readonly name: string;
  /** As digests have it. */
  readonly nameHash: number;
  /** The ends of connections that it knows of, in the order it came to know them; for the network. */
  endpoints: SmallSet<Endpoint>;
  /** False from a power cut until the host starts again: nothing answers. */
  readonly powered: boolean;
  /** True when its process is foreign code, of which only the wire tells what it waits for. */
  readonly hosted: boolean;
  /** Follows what is open on a connection that `dialler` dialled, where the host is hosted: of such only the wire tells. */
  follow?(dialler: string): Exchanges;
  /** True while the process is stopped: its host still accepts connections and bytes. */
  readonly paused: boolean;
  /** Bytes a second that its process reads from each of its connections; Infinity when it reads whatever there is. */
  readonly readingPace: number;
  /** False while no process listens there: its host refuses. */
  listensOn(port: number): boolean;
  /** A connection that somebody else dialled stands. */
  accepted(endpoint: Endpoint): void;
  /** A connection is over for this host, whoever ended it; told once, before anything else that follows from it. */
  parted(endpoint: Endpoint): void;
}
