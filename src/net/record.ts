/**
 * Real connections as events of a trace, seen from one place: the broker, or the wire before it.
 *
 * What the far end did is recorded when it was seen here. A packet from a client is sent and received at once; a packet to a client
 * is received when the kernel has taken it, and lost when the connection ended before. A client is a node by its Client
 * Identifier, so that it is the same one when it comes back; therefore a connection is recorded when its first
 * packet is there.
 */
import { CodecError, decode, Framer } from '../mqtt/codec/index.ts';
import type { Micros } from '../mqtt/machine.ts';
import type { BrokerPromises, ConnectionEnded, PacketSent } from '../trace/event.ts';
import { ConnectionName, type Recorder, type Unstamped } from '../trace/recorder.ts';
import { joined } from './channel.ts';

const CONNECT = 1;
/** Characters of a Client Identifier that make up the name of its node. */
const NAME_CHARS = 64;

/** Who is in the trace. */
export class TrafficRecord {
  readonly recorder: Recorder;
  readonly server: string;
  readonly #now: () => Micros;
  readonly #clients = new Map<string, number>();

  /** @param server the node of the broker; it is added to the trace. */
  constructor(recorder: Recorder, server: string, now: () => Micros, promises?: BrokerPromises) {
    this.recorder = recorder;
    this.server = server;
    this.#now = now;
    this.emit({
      k: 'node.added',
      n: server,
      role: 'broker',
      ...(promises === undefined ? {} : { promises }),
    });
    this.emit({ k: 'node.started', n: server, life: 1 });
  }

  /** Records what happens now. */
  emit(event: Unstamped): number {
    this.tick();
    return this.recorder.emit(event);
  }

  /** Brings the recorder's time up to date. */
  tick(): void {
    this.recorder.now = this.#now();
  }

  connection(remote: string): ConnectionRecord {
    return new ConnectionRecord(this, remote);
  }

  /** The next connection of a client, which is added when it was not there. */
  name(client: string): string {
    const known = this.#clients.get(client);
    if (known === undefined) {
      this.emit({ k: 'node.added', n: client, role: 'client' });
      this.emit({ k: 'node.started', n: client, life: 1 });
    }
    const count = (known ?? 0) + 1;
    this.#clients.set(client, count);
    return `${client}>${this.server}#${count}`;
  }
}

/** What one connection is called, from its first packet on. */
class RecordedConnection {
  protected readonly record: TrafficRecord;
  protected client = '';
  protected version: PacketSent['v'] = 0;
  #name: ConnectionName | undefined;
  readonly #remote: string;

  constructor(record: TrafficRecord, remote: string) {
    this.record = record;
    this.#remote = remote;
  }

  /** Its name, which the first packet gives. */
  protected named(first?: Uint8Array): ConnectionName {
    if (this.#name !== undefined) return this.#name;
    const { recorder, server } = this.record;
    this.client = this.#remote;
    if (first !== undefined && first[0]! >> 4 === CONNECT) this.#introduce(first);
    const text = this.record.name(this.client);
    this.#name = new ConnectionName(text);
    const ends = { conn: text, from: this.client, to: server };
    recorder.cause = this.record.emit({ k: 'conn.dialled', n: this.client, ...ends });
    this.record.emit({ k: 'conn.accepted', n: server, ...ends });
    this.record.emit({ k: 'conn.established', n: this.client, ...ends });
    recorder.cause = 0;
    return this.#name;
  }

  #introduce(packet: Uint8Array): void {
    try {
      const connect = decode(packet, 4);
      if (connect.type !== 'connect') return;
      this.version = connect.protocolVersion;
      const name = nodeName(connect.clientId);
      if (name !== '' && name !== this.record.server) this.client = name;
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
    }
  }
}

interface UnderWay {
  ordinal: number;
  bytes: Uint8Array;
  left: number;
}

/** One connection. */
export class ConnectionRecord extends RecordedConnection {
  readonly #inbound = new PacketCutter();
  /** Sent to the client, not yet taken by the kernel. */
  readonly #outbound: UnderWay[] = [];
  #over = false;

  /** Bytes came from the client; `pass` is handed them packet by packet, in order. */
  arrived(bytes: Uint8Array, pass: (piece: Uint8Array) => void): void {
    const { recorder } = this.record;
    this.#inbound.cut(bytes, (piece, packet, malformed) => {
      if (packet !== undefined) {
        const name = this.named(packet);
        this.record.tick();
        recorder.cause = 0;
        const sent = recorder.packetSent(this.client, name, packet, this.version, malformed);
        recorder.cause = sent;
        recorder.cause = recorder.packetReceived(this.record.server, name, sent, packet);
      }
      try {
        pass(piece);
      } finally {
        recorder.cause = 0;
      }
    });
  }

  /** A whole packet is written to the client. */
  sent(bytes: Uint8Array, malformed?: string): void {
    const { recorder, server } = this.record;
    const name = this.named();
    this.record.tick();
    const ordinal = recorder.packetSent(server, name, bytes, this.version, malformed);
    this.#outbound.push({ ordinal, bytes, left: bytes.length });
  }

  /** The kernel took so many of the bytes that were written. */
  taken(count: number): void {
    if (this.#over) return;
    const { recorder } = this.record;
    let left = count;
    this.record.tick();
    while (left > 0 && this.#outbound.length > 0) {
      const first = this.#outbound[0]!;
      const part = Math.min(left, first.left);
      left -= part;
      first.left -= part;
      if (first.left > 0) return;
      this.#outbound.shift();
      recorder.cause = first.ordinal;
      recorder.packetReceived(this.client, this.named(), first.ordinal, first.bytes);
      recorder.cause = 0;
    }
  }

  /** This end learned or decided that it is over. */
  ended(end: ConnectionEnded['end']): void {
    if (this.#over) return;
    const name = this.named();
    const { recorder, server } = this.record;
    const rest = this.#inbound.rest();
    this.record.tick();
    if (rest !== undefined) {
      const sent = recorder.packetSent(this.client, name, rest, this.version, 'the packet is cut short');
      recorder.packetLost(server, name, sent, 'sender', 'the connection ended');
    }
    // What a connection that finishes has written is still taken; nothing else is.
    if (end !== 'closed') this.#lose(`connection ${end}`);
    this.record.emit({ k: 'conn.ended', n: server, conn: name.text, end });
    if (end !== 'closed') this.#over = true;
  }

  #lose(reason: string): void {
    for (const { ordinal } of this.#outbound.splice(0)) {
      this.record.recorder.packetLost(this.client, this.named(), ordinal, 'sender', reason);
    }
  }
}

/** One connection as a proxy sees it: what passes is sent and received at once. */
export class WireRecord extends RecordedConnection {
  readonly #toServer = new PacketCutter();
  readonly #toClient = new PacketCutter();
  #over = false;

  fromClient(bytes: Uint8Array): void {
    this.#toServer.cut(bytes, (_piece, packet, malformed) => {
      if (packet === undefined) return;
      const name = this.named(packet);
      this.#passed(this.client, this.record.server, name, packet, malformed);
    });
  }

  fromServer(bytes: Uint8Array): void {
    this.#toClient.cut(bytes, (_piece, packet, malformed) => {
      if (packet === undefined) return;
      const name = this.named();
      this.#passed(this.record.server, this.client, name, packet, malformed);
    });
  }

  /** One side has ended the connection: the other learns of it. */
  ended(by: 'client' | 'server', end: 'finished' | 'reset'): void {
    if (this.#over) return;
    this.#over = true;
    const { text: conn } = this.named();
    const { server } = this.record;
    const [active, passive] = by === 'client' ? [this.client, server] : [server, this.client];
    this.record.emit({ k: 'conn.ended', n: active, conn, end: end === 'reset' ? 'aborted' : 'closed' });
    this.record.emit({ k: 'conn.ended', n: passive, conn, end });
  }

  #passed(from: string, to: string, name: ConnectionName, packet: Uint8Array, malformed?: string): void {
    const { recorder } = this.record;
    this.record.tick();
    const sent = recorder.packetSent(from, name, packet, this.version, malformed);
    recorder.cause = sent;
    recorder.packetReceived(to, name, sent, packet);
    recorder.cause = 0;
  }
}

/** A Client Identifier without what has a meaning in the names of a trace. */
function nodeName(clientId: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a Client Identifier may hold them
  return clientId.slice(0, NAME_CHARS).replace(/[/>#\u0000-\u001f\u007f]/g, '_');
}

/** Cuts a stream of bytes at the ends of its packets, and hands on every byte once. */
class PacketCutter {
  readonly #framer = new Framer();
  /** Of the packet that has begun, for when it is never complete. */
  #begun: Uint8Array[] = [];
  #begunBytes = 0;
  #malformed: string | undefined;

  /**
   * @param each is handed the bytes piece by piece; `packet` is what ends with the piece, or what nothing can be framed in,
   *   with the reason.
   */
  cut(
    bytes: Uint8Array,
    each: (piece: Uint8Array, packet: Uint8Array | undefined, malformed?: string) => void,
  ): void {
    if (this.#malformed !== undefined) {
      each(bytes, bytes, this.#malformed);
      return;
    }
    this.#framer.push(bytes);
    let from = 0;
    try {
      for (let packet = this.#framer.next(); packet !== undefined; packet = this.#framer.next()) {
        const to = bytes.length - this.#framer.pending;
        this.#begun = [];
        this.#begunBytes = 0;
        const piece = bytes.subarray(from, to);
        from = to;
        each(piece, packet);
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      this.#malformed = error.message;
    }
    if (from === bytes.length) return;
    const piece = bytes.subarray(from);
    this.#begun.push(piece);
    this.#begunBytes += piece.length;
    if (this.#malformed === undefined) each(piece, undefined);
    else each(piece, this.rest(), this.#malformed);
  }

  /** The packet that has begun and is not complete. */
  rest(): Uint8Array | undefined {
    if (this.#begunBytes === 0) return undefined;
    const rest = joined(this.#begun, this.#begunBytes);
    this.#begun = [];
    this.#begunBytes = 0;
    return rest;
  }
}
