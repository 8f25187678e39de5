/** A raw node as a script holds it: it sends any bytes and sees what comes back. */
import { CodecError } from '../mqtt/codec/codec-error.ts';
import { decode } from '../mqtt/codec/decode.ts';
import { encode } from '../mqtt/codec/encode.ts';
import { Framer } from '../mqtt/codec/framer.ts';
import type { Packet, ProtocolVersion } from '../mqtt/codec/packet.ts';
import type { ConnectionEnd } from '../mqtt/machine.ts';
import type { PeerConnection, Peer as PeerNode } from '../sim/peer.ts';
import { concatenate } from '../stream/pieces.ts';
import { ScriptError } from './errors.ts';
import { NodeHandle, type NodeReference } from './node-handle.ts';
import type { Waiter } from './script.ts';
import type { Stage } from './stage.ts';

/** Made by `sim.peer(name)`. */
export class Peer extends NodeHandle {
  /** @internal */
  protected readonly node: PeerNode;
  readonly #wires = new Map<PeerConnection, Wire>();
  readonly #accepted: Wire[] = [];
  #accepting: Waiter<Wire>[] = [];

  /** @internal */
  constructor(stage: Stage, name: string) {
    super(stage);
    this.node = stage.world.peer(name);
    const changed = (connection: PeerConnection): void => this.#changed(connection);
    this.node.onChange = changed;
  }

  /** Dials a node; {@link Wire.opened} resolves when the connection stands. */
  dial(to: NodeReference): Wire {
    const name = typeof to === 'string' ? to : to.name;
    let wire!: Wire;
    this.stage.act(() => {
      const connection = this.node.dial(name);
      wire = new Wire(this.stage, this.name, connection);
      this.#wires.set(connection, wire);
    });
    return wire;
  }

  /** Accepts connections from now on. */
  listen(): void {
    this.node.listen();
  }

  /** The next connection that somebody dialled, after {@link listen}. */
  accept(): Promise<Wire> {
    const waiter = this.stage.script.wait<Wire>(`a connection to '${this.name}'`);
    const accepted = this.#accepted.shift();
    if (accepted === undefined) this.#accepting.push(waiter);
    else waiter.resolve(accepted);
    return waiter.call;
  }

  #changed(connection: PeerConnection): void {
    let wire = this.#wires.get(connection);
    if (wire === undefined) {
      wire = new Wire(this.stage, this.name, connection);
      this.#wires.set(connection, wire);
      const waiter = this.#accepting.shift();
      if (waiter === undefined) this.#accepted.push(wire);
      else waiter.resolve(wire);
    }
    wire.changed();
    if (connection.state === 'over') this.#wires.delete(connection);
  }
}

/** One connection of a peer. */
export class Wire {
  readonly #stage: Stage;
  readonly #peer: string;
  readonly #connection: PeerConnection;
  /** Pieces that the script has taken, and that the framer has seen. */
  #taken = 0;
  #framed = 0;
  readonly #framer = new Framer();
  /** Of the CONNECT that went over it; 3.1.1 before that. */
  #protocol: ProtocolVersion = 4;
  #waits: { readonly ready: () => boolean; readonly give: () => void }[] = [];

  /** @internal */
  constructor(stage: Stage, peer: string, connection: PeerConnection) {
    this.#stage = stage;
    this.#peer = peer;
    this.#connection = connection;
  }

  /** `peer>hub#1`. */
  get name(): string {
    return this.#connection.name;
  }

  /** How it ended; undefined while it lasts. */
  get end(): ConnectionEnd | undefined {
    return this.#connection.end;
  }

  /** Everything that came. */
  get bytes(): Uint8Array {
    return this.#connection.bytes;
  }

  /** While false, nothing is read and the window of the other side closes. */
  set reading(reads: boolean) {
    this.#stage.act(() => {
      this.#connection.reading = reads;
    });
    this.changed();
  }
  get reading(): boolean {
    return this.#connection.reading;
  }

  /** Sends bytes, or a packet encoded for a protocol level: that of the CONNECT on this wire by default, and 4 (MQTT 3.1.1) before. */
  send(what: Uint8Array | Packet, protocol?: ProtocolVersion): void {
    let bytes: Uint8Array;
    if (what instanceof Uint8Array) bytes = what.slice();
    else {
      this.#learn(what);
      bytes = encode(what, protocol ?? this.#protocol);
    }
    this.#stage.act(() => this.#connection.send(bytes));
  }

  /** Resolves when the connection stands, or is over before it did. */
  opened(): Promise<void> {
    return this.#wait(
      `the connection ${this.name} to open`,
      () => this.#connection.state !== 'dialling' || this.#connection.end !== undefined,
      () => {},
    );
  }

  /** Resolves when the other side has finished, or the connection is over: how it ended. */
  ended(): Promise<ConnectionEnd> {
    return this.#wait(
      `the connection ${this.name} to end`,
      () => this.#connection.end !== undefined,
      () => this.#connection.end!,
    );
  }

  /** The bytes that came since the last `read`, as soon as there are any; none when the connection is over. */
  read(): Promise<Uint8Array> {
    return this.#wait(
      `bytes on ${this.name}`,
      () => this.#connection.chunks.length > this.#taken || this.#connection.end !== undefined,
      () => {
        const pieces = this.#connection.chunks.slice(this.#taken).map(({ bytes }) => bytes);
        this.#taken += pieces.length;
        return concatenate(pieces);
      },
    );
  }

  /**
   * The next whole packet, decoded for a protocol level: that of the CONNECT on this wire by default, and 4 (MQTT 3.1.1) before.
   *
   * @returns undefined when the connection is over.
   * @throws CodecError (as a rejection) when the bytes are no packet.
   */
  packet(protocol?: ProtocolVersion): Promise<Packet | undefined> {
    let bytes: Uint8Array | undefined;
    let error: CodecError | undefined;
    return this.#wait<Packet | undefined>(
      `a packet on ${this.name}`,
      () => {
        try {
          bytes = this.#nextPacket();
        } catch (thrown) {
          if (!(thrown instanceof CodecError)) throw thrown;
          error = thrown;
        }
        return bytes !== undefined || error !== undefined || this.#connection.end !== undefined;
      },
      () => {
        if (error !== undefined) throw error;
        if (bytes === undefined) return undefined;
        const packet = decode(bytes, protocol ?? this.#protocol);
        this.#learn(packet);
        return packet;
      },
    );
  }

  #learn(packet: Packet): void {
    if (packet.type === 'connect') this.#protocol = packet.protocolVersion;
  }

  /** Sends FIN and goes on reading. */
  finish(): void {
    this.#stage.act(() => this.#connection.finish());
  }

  /** Closes both ways. */
  close(): void {
    this.#stage.act(() => this.#connection.close());
    this.changed();
  }

  /** Resets. */
  abort(): void {
    this.#stage.act(() => this.#connection.abort());
    this.changed();
  }

  #nextPacket(): Uint8Array | undefined {
    const { chunks } = this.#connection;
    for (; this.#framed < chunks.length; this.#framed++) this.#framer.push(chunks[this.#framed]!.bytes);
    return this.#framer.next();
  }

  #wait<T>(what: string, ready: () => boolean, take: () => T): Promise<T> {
    const waiter = this.#stage.script.wait<T>(`${what} of peer '${this.#peer}'`);
    const give = (): void => {
      try {
        waiter.resolve(take());
      } catch (error) {
        waiter.reject(error instanceof Error ? error : new ScriptError(String(error)));
      }
    };
    // Who waited first is served first.
    if (this.#waits.length === 0 && ready()) give();
    else this.#waits.push({ ready, give });
    return waiter.call;
  }

  /** @internal */
  changed(): void {
    this.#waits = this.#waits.filter(({ ready, give }) => {
      if (!ready()) return true;
      give();
      return false;
    });
  }
}
