/**
 * Real connections as events of a trace, seen from one place: the broker, or the wire before it.
 *
 * What the far end did is recorded when it was seen here. A packet from a client is sent and received at once; a packet to a client
 * is received when the kernel has taken it, and lost when the connection ended before. A client is a node by its Client
 * Identifier, so that it is the same one when it comes back; therefore a connection is recorded when its first
 * packet is there.
 */
import { CodecError, decode } from '../mqtt/codec/index.ts';
import type { Micros } from '../mqtt/machine.ts';
import type { BrokerPromises, PacketSent } from '../trace/event.ts';
import { ConnectionName, type Recorder, type Unstamped } from '../trace/recorder.ts';

const CONNECT = 1;
/** Characters of a Client Identifier that make up the name of its node. */
const NAME_CHARS = 64;

/** Who is in the trace. */
export class TrafficRecord {
  readonly recorder: Recorder;
  readonly server: string;
  readonly #now: () => Micros;
  readonly #clients = new Map<string, number>();
  readonly #nodes: Set<string>;

  /**
   * @param server the node of the broker; it is added to the trace
   * @param nodes clients that are in the trace, when it has several brokers
   */
  constructor(
    recorder: Recorder,
    server: string,
    now: () => Micros,
    promises?: BrokerPromises,
    nodes = new Set<string>(),
  ) {
    this.recorder = recorder;
    this.server = server;
    this.#now = now;
    this.#nodes = nodes;
    this.emit({
      k: 'node.added',
      n: server,
      role: 'broker',
      ...(promises === undefined ? {} : { promises }),
    });
  }

  /** The broker runs; one that has kept something is not in its first life. */
  begins(life: 1 | 2 = 1): void {
    this.emit({ k: 'node.started', n: this.server, life });
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

  /** The next connection of a client, which is added when it was not there. */
  name(client: string): string {
    if (!this.#nodes.has(client)) {
      this.#nodes.add(client);
      this.emit({ k: 'node.added', n: client, role: 'client' });
      this.emit({ k: 'node.started', n: client, life: 1 });
    }
    const count = (this.#clients.get(client) ?? 0) + 1;
    this.#clients.set(client, count);
    return `${client}>${this.server}#${count}`;
  }
}

/** What one connection is called, from its first packet on. */
export abstract class RecordedConnection {
  protected readonly record: TrafficRecord;
  protected client = '';
  protected version: PacketSent['v'] = 0;
  /** What carries MQTT, unless it is TCP alone. */
  protected over: 'websocket' | undefined;
  #name: ConnectionName | undefined;
  readonly #remote: string;

  constructor(record: TrafficRecord, remote: string) {
    this.record = record;
    this.#remote = remote;
  }

  protected get isNamed(): boolean {
    return this.#name !== undefined;
  }

  /** Its name, which the first packet gives. */
  protected named(first?: Uint8Array): ConnectionName {
    if (this.#name !== undefined) return this.#name;
    const { recorder, server } = this.record;
    this.client = this.#remote;
    if (first !== undefined && first[0]! >> 4 === CONNECT) this.#introduce(first);
    const text = this.record.name(this.client);
    this.#name = new ConnectionName(text);
    const ends = {
      ...{ conn: text, from: this.client, to: server },
      ...(this.over === undefined ? {} : { over: this.over }),
    };
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

/** A Client Identifier without what has a meaning in the names of a trace. */
function nodeName(clientId: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a Client Identifier may hold them
  return clientId.slice(0, NAME_CHARS).replace(/[/>#\u0000-\u001f\u007f]/g, '_');
}
