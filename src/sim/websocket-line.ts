/**
 * A WebSocket on a connection: between a machine, which writes and reads packets, and an endpoint, which carries bytes.
 *
 * It holds the state machine of RFC 6455 for its end, asks or answers the upgrade before the machine hears of the
 * connection, and frames what the machine writes as the link was told. After the machine has closed it goes on alone, until the
 * peer has answered its Close frame.
 */

import type { CloseManner, ConnectionEnd, Micros } from '../mqtt/machine.ts';
import { concatenate } from '../stream/pieces.ts';
import { WebSocketClient } from '../websocket/client.ts';
import { WebSocketServer } from '../websocket/server.ts';
import type { WebSocket, WebSocketEnding, WebSocketSink } from '../websocket/web-socket.ts';
import type { Endpoint } from './endpoint.ts';
import { type EventId, NO_EVENT } from './event-queue.ts';
import type { Attendant } from './host.ts';
import type { Line } from './line.ts';
import { luck, type Streams } from './rng.ts';
import type { Happening, Simulator } from './simulator.ts';
import type { WebSocketCarriage } from './websocket-carriage.ts';
import { WebSocketTap } from './websocket-tap.ts';

/** What an upgrade may take. */
const CLIENT_UPGRADE_MICROS: Micros = 30_000_000;
const SERVER_UPGRADE_MICROS: Micros = 10_000_000;
/** The peer has so long to answer a Close frame, and to close. */
const LINGER_MICROS: Micros = 5_000_000;

const GIVE_UP = 1;
const FLUSH = 2;

/** Who has lines: a machine node. */
export interface LineOwner extends Attendant<Line> {
  /** A line stands that somebody else dialled. */
  taken(line: Line): void;
}

export class WebSocketLine implements Line, Attendant<Endpoint>, Happening {
  readonly #endpoint: Endpoint;
  readonly #incoming: WebSocketTap;
  readonly #simulator: Simulator;
  readonly #carriage: WebSocketCarriage;
  readonly #socket: WebSocket;
  readonly #isClient: boolean;
  /** Undefined when the machine is done with it, or was told that it is over. */
  #owner: LineOwner | undefined;
  /** What was read and the machine has not taken, and how much it has taken before. */
  #payload: Uint8Array[] = [];
  #payloadRead = 0;
  /** What waits to share a frame. */
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #giveUp: EventId = NO_EVENT;
  /** Said by the socket, and to be told when it has finished speaking. */
  #opened = false;
  #ending: WebSocketEnding | undefined;
  #finishing = false;
  /** The peer has sent FIN. */
  #peerFinished = false;

  private constructor(
    endpoint: Endpoint,
    carriage: WebSocketCarriage,
    isClient: boolean,
    owner: LineOwner,
    { simulator, streams }: { simulator: Simulator; streams: Streams },
  ) {
    const { connection, incoming } = endpoint;
    if (!(incoming instanceof WebSocketTap)) throw new Error(`${connection.name} carries no WebSocket`);
    this.#endpoint = endpoint;
    this.#incoming = incoming;
    this.#simulator = simulator;
    this.#carriage = carriage;
    this.#isClient = isClient;
    this.#owner = owner;
    // The socket speaks while it reads, and is answered afterwards.
    const sink: WebSocketSink = {
      send: (bytes) => void endpoint.write(bytes),
      opened: () => {
        this.#opened = true;
      },
      data: (bytes) => void this.#payload.push(bytes),
      ended: (ending) => {
        this.#ending = ending;
      },
      finish: () => {
        this.#finishing = true;
      },
    };
    this.#socket = isClient
      ? new WebSocketClient(
          {
            host: connection.listener.host.name,
            path: carriage.path,
            subprotocols: carriage.subprotocols,
            chance: chanceOf(streams, connection.name),
          },
          sink,
        )
      : new WebSocketServer({}, sink);
    endpoint.attendant = this;
  }

  /** The end of a connection that was just dialled. */
  static dial(
    endpoint: Endpoint,
    carriage: WebSocketCarriage,
    owner: LineOwner,
    surroundings: { simulator: Simulator; streams: Streams },
  ): WebSocketLine {
    return new WebSocketLine(endpoint, carriage, true, owner, surroundings);
  }

  /** The end of a connection that somebody else dialled and that stands; its owner hears of it after the upgrade. */
  static serve(
    endpoint: Endpoint,
    carriage: WebSocketCarriage,
    owner: LineOwner,
    surroundings: { simulator: Simulator; streams: Streams },
  ): void {
    const line = new WebSocketLine(endpoint, carriage, false, owner, surroundings);
    line.#wait(SERVER_UPGRADE_MICROS);
    line.#socket.opened();
  }

  /* As a line. */

  get id(): number {
    return this.#endpoint.id;
  }
  set id(id: number) {
    this.#endpoint.id = id;
  }
  get alarm(): EventId {
    return this.#endpoint.alarm;
  }
  set alarm(alarm: EventId) {
    this.#endpoint.alarm = alarm;
  }

  write(bytes: Uint8Array): boolean {
    const { packetsPerFrame } = this.#carriage;
    if (!this.#socket.isOpen || !this.#endpoint.known) return false;
    if (packetsPerFrame === 1) {
      this.#send(bytes);
      return true;
    }
    this.#gathered.push(bytes);
    this.#gatheredBytes += bytes.length;
    if (this.#gathered.length === packetsPerFrame) this.#flush();
    // What is written at one instant shares a frame; nothing waits for a later one.
    else if (this.#gathered.length === 1) this.#simulator.schedule(this.#simulator.now, FLUSH, this);
    return true;
  }

  readPacket(): Uint8Array | undefined {
    const first = this.#payload[0];
    if (first === undefined) return undefined;
    const end = this.#incoming.nextPacketEnd;
    const part = first.subarray(0, Math.min(first.length, end - this.#payloadRead));
    if (part.length === first.length) this.#payload.shift();
    else this.#payload[0] = first.subarray(part.length);
    this.#payloadRead += part.length;
    if (this.#payloadRead === end) this.#incoming.packetRead();
    return part;
  }

  /** Room is made when a frame was read: see {@link readable}. */
  consumed(): void {}

  get backlog(): number {
    return this.#endpoint.backlog + this.#gatheredBytes;
  }

  close(manner: CloseManner): void {
    this.#owner = undefined;
    this.#payload = [];
    if (manner === 'abort' || this.#peerFinished || !this.#socket.isOpen) {
      this.#leave(manner);
      return;
    }
    this.#flush();
    this.#socket.close();
    this.#over('closed');
    this.#wait(LINGER_MICROS);
  }

  /* As the attendant of the endpoint. */

  established(): void {
    this.#wait(CLIENT_UPGRADE_MICROS);
    this.#socket.opened();
  }

  readable(endpoint: Endpoint): void {
    for (let bytes = endpoint.readPacket(); bytes !== undefined; bytes = endpoint.readPacket()) {
      this.#socket.received(bytes);
      this.#tell();
    }
    endpoint.consumed();
  }

  finished(): void {
    this.#peerFinished = true;
    if (this.#owner === undefined || !this.#socket.isOpen) this.#leave('finish');
    this.#owner?.finished(this);
  }

  ended(_endpoint: Endpoint, end: ConnectionEnd): void {
    this.#rest();
    const owner = this.#owner;
    this.#owner = undefined;
    owner?.ended(this, end);
  }

  drained(): void {
    this.#owner?.drained(this);
  }

  #tell(): void {
    if (this.#opened) {
      this.#opened = false;
      this.#rest();
      if (this.#isClient) this.#owner?.established(this);
      else this.#owner?.taken(this);
    }
    if (this.#payload.length > 0) this.#owner?.readable(this);
    if (this.#ending !== undefined) {
      const { by } = this.#ending;
      this.#ending = undefined;
      this.#end(by === 'peer' ? 'finished' : by === 'refused' ? 'refused' : 'closed');
    }
    if (this.#finishing) this.#leave('finish');
  }

  /** The machine is told that it is over; the endpoint may have something left to do. */
  #end(end: ConnectionEnd): void {
    this.#over(end === 'refused' ? 'closed' : end);
    const owner = this.#owner;
    this.#owner = undefined;
    this.#payload = [];
    owner?.ended(this, end);
    if (!this.#finishing) this.#wait(LINGER_MICROS);
  }

  /** No packet goes this way or that any more. */
  #over(end: Exclude<ConnectionEnd, 'refused'>): void {
    this.#endpoint.announce(end);
    this.#incoming.endPackets(`${this.#endpoint.host.name} closed`);
  }

  #leave(manner: CloseManner): void {
    this.#rest();
    this.#endpoint.close(manner);
  }

  /* What is due later. */

  due(kind: number): void {
    if (kind === FLUSH) {
      this.#flush();
      return;
    }
    this.#giveUp = NO_EVENT;
    if (this.#endpoint.host.paused) this.#wait(LINGER_MICROS);
    else {
      if (this.#owner !== undefined) {
        this.#finishing = true;
        this.#end('timed-out');
      }
      this.#leave('finish');
    }
  }

  #wait(micros: Micros): void {
    this.#rest();
    this.#giveUp = this.#simulator.schedule(this.#simulator.now + micros, GIVE_UP, this);
  }

  #rest(): void {
    if (this.#giveUp !== NO_EVENT) this.#simulator.cancel(this.#giveUp);
    this.#giveUp = NO_EVENT;
  }

  #flush(): void {
    if (this.#gathered.length === 0) return;
    const bytes = concatenate(this.#gathered);
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#send(bytes);
  }

  #send(bytes: Uint8Array): void {
    const { bytesPerFrame } = this.#carriage;
    for (let at = 0; at < bytes.length; at += bytesPerFrame) {
      this.#socket.send(
        at === 0 && bytes.length <= bytesPerFrame ? bytes : bytes.subarray(at, at + bytesPerFrame),
      );
    }
  }
}

/** Chance that belongs to a connection: what others draw leaves its masks alone, and no stream is kept for it. */
function chanceOf(streams: Streams, connection: string): () => number {
  const seed = streams.luckSeed('websocket', connection);
  let drawn = 0;
  return () => luck(seed, drawn++);
}
