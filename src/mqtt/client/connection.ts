import { encode, Framer } from '../codec/index.ts';
import type { Packet, ProtocolVersion } from '../codec/packet.ts';
import type { ConnectionId } from '../machine.ts';
import type { Journal } from '../session/journal.ts';
import { Outbox, revealsState, type Transmission } from '../session/outbox.ts';
import type { ServerLimits } from './limits.ts';

/** What lives as long as one connection, from being dialled to its end. */
export class Connection {
  readonly id: ConnectionId;
  /** Its CONNECT made the server forget the session. */
  readonly clean: boolean;
  readonly framer: Framer;
  readonly outbox: Outbox;
  /** Known from CONNACK on. */
  limits: ServerLimits | undefined;
  sessionPresent = false;
  private readonly version: ProtocolVersion;

  constructor(
    id: ConnectionId,
    clean: boolean,
    version: ProtocolVersion,
    maximumPacketSize: number,
    journal: Journal,
    write: (bytes: Uint8Array) => void,
  ) {
    this.id = id;
    this.clean = clean;
    this.version = version;
    this.framer = new Framer(maximumPacketSize);
    this.outbox = new Outbox(journal, write);
  }

  /** Sends a packet, which may have to wait for the disk. `reveals` says more than the packet does, if given. */
  send(packet: Packet, transmission?: Transmission, reveals: boolean = revealsState(packet)): void {
    this.outbox.send(encode(packet, this.version), reveals, transmission);
  }
}
