/** A connection: two endpoints, each an end of a transport on a host, and between them two taps that keep the bytes. */
import type { Micros } from '../mqtt/machine.ts';
import type { ConnectionEvent, PacketSent } from '../trace/event.ts';
import { hashText } from '../trace/hash.ts';
import type { Recorder } from '../trace/recorder.ts';
import type { DuplexLink } from './duplex-link.ts';
import type { Endpoint } from './endpoint.ts';
import type { Exchanges } from './exchanges.ts';
import type { Host } from './host.ts';
import { IdealEndpoint } from './ideal-endpoint.ts';
import type { NatAnswer } from './link-specification.ts';
import type { Network } from './network.ts';
import { PacketTap } from './packet-tap.ts';
import { hashString } from './rng.ts';
import type { Tap, TappedConnection } from './tap.ts';
import { TcpEndpoint } from './tcp-endpoint.ts';
import { WebSocketTap } from './websocket-tap.ts';

export class Connection implements TappedConnection {
  // What every packet needs comes first, to lie together in memory.
  readonly network: Network;
  readonly nameHash: number;
  /** When either side last sent something, or the connection was dialled. */
  usedAt: Micros;
  version: PacketSent['v'] = 0;
  readonly exchanges: Exchanges | undefined = undefined;
  /** `from>to#3`: the third that `from` dialled to `to`. */
  readonly name: string;
  readonly port: number;
  readonly link: DuplexLink;
  readonly dialler: Endpoint;
  readonly listener: Endpoint;
  /** Its packets travel in the frames of a WebSocket. */
  #isWebSocket: boolean;
  #forgotten: NatAnswer | undefined;

  constructor(network: Network, name: string, from: Host, to: Host, port: number, link: DuplexLink) {
    this.network = network;
    this.name = name;
    this.nameHash = hashText(name);
    this.port = port;
    this.link = link;
    // Of a node that talks to itself nobody can tell which side wrote a packet.
    if (from !== to) this.exchanges = from.follow?.(from.name) ?? to.follow?.(from.name);
    this.#isWebSocket = link.carriage.webSocket !== undefined;
    const there = this.tap(from, to);
    const back = this.tap(to, from);
    const lane = link.laneFrom(from.name);
    const backLane = lane === link.forth ? link.back : link.forth;
    const End = link.carriage.transport === 'tcp' ? TcpEndpoint : IdealEndpoint;
    this.dialler = new End(this, from, there, back, lane, hashString(`${name}>`));
    this.listener = new End(this, to, back, there, backLane, hashString(`${name}<`));
    this.dialler.other = this.listener;
    this.listener.other = this.dialler;
    this.usedAt = network.simulator.now;
    if (link.watch !== undefined || link.carriage.nat !== undefined) this.supervise();
  }

  /** A process that dialled is about to ask for a WebSocket, whatever the link says: before anybody has said anything. */
  becomeWebSocket(): void {
    if (this.#isWebSocket || this.listener.outgoing.written > 0) return;
    this.#isWebSocket = true;
    this.carry((writer, reader) => this.tap(writer, reader));
  }

  /** Nobody has said anything yet: what follows is for other taps. */
  carry(tapOf: (writer: Host, reader: Host) => Tap): void {
    const { dialler, listener } = this;
    dialler.outgoing = listener.incoming = tapOf(dialler.host, listener.host);
    listener.outgoing = dialler.incoming = tapOf(listener.host, dialler.host);
  }

  private tap(writer: Host, reader: Host): Tap {
    if (!this.#isWebSocket) return new PacketTap(this, writer, reader);
    const tap = new WebSocketTap(this, writer, reader);
    tap.readByProcess = reader.hosted;
    return tap;
  }

  get recorder(): Recorder {
    return this.network.simulator.recorder;
  }

  /** As events say which connection it is. */
  get named(): Pick<ConnectionEvent, 'conn' | 'from' | 'to' | 'over'> {
    const ends = { conn: this.name, from: this.dialler.host.name, to: this.listener.host.name };
    return this.#isWebSocket ? { ...ends, over: 'websocket' } : ends;
  }

  /** What a middlebox does that forgot the connection; undefined while none has. */
  get forgotten(): NatAnswer | undefined {
    return this.#forgotten;
  }

  /** A middlebox forgets the connection: what is still sent disappears, or is answered by a reset. */
  forget(answer: NatAnswer): void {
    this.#forgotten = answer;
    this.supervise();
  }

  /** From now on the network looks twice at what is sent. */
  supervise(): void {
    this.dialler.supervise();
    this.listener.supervise();
  }

  /** True when neither host knows it any more. */
  get over(): boolean {
    return !this.dialler.known && !this.listener.known;
  }
}
