/** Stands between a machine and its sink: gathers what one input sends, and lets the bug have it first. */
import type { ClientSink } from '../mqtt/client/application.ts';
import { decode } from '../mqtt/codec/decode.ts';
import { encode } from '../mqtt/codec/encode.ts';
import type { Packet } from '../mqtt/codec/packet.ts';
import type { Batch, CloseManner, ConnectionId, WakeKey } from '../mqtt/machine.ts';
import type { Mutation, Wire } from './mutation.ts';

export class MutantSink implements ClientSink {
  readonly #sink: ClientSink;
  readonly #wireOf: (connection: ConnectionId) => Wire;
  readonly #gathered = new Map<ConnectionId, Packet[]>();
  /** A connection that has ended, which the machine does not know yet: what goes out on it goes nowhere. */
  gone: ConnectionId | undefined;
  /** Set before the machine is called. */
  mutation: Mutation = {};

  constructor(sink: ClientSink, wireOf: (connection: ConnectionId) => Wire) {
    this.#sink = sink;
    this.#wireOf = wireOf;
  }

  get attentive(): boolean {
    return this.#sink.attentive;
  }

  send(connection: ConnectionId, bytes: Uint8Array): void {
    if (connection === this.gone) return;
    if (this.mutation.sent === undefined) {
      this.#sink.send(connection, bytes);
      return;
    }
    const packets = this.#gathered.get(connection);
    const packet = decode(bytes, this.#wireOf(connection).version);
    if (packets === undefined) this.#gathered.set(connection, [packet]);
    else packets.push(packet);
  }

  /** An input is over, or a connection. */
  flush(only?: ConnectionId): void {
    for (const [connection, packets] of this.#gathered) {
      if (only !== undefined && only !== connection) continue;
      this.#gathered.delete(connection);
      const wire = this.#wireOf(connection);
      for (const packet of this.mutation.sent!(packets, wire)) wire.send(packet);
    }
  }

  /** Past the bug. */
  sendNow(connection: ConnectionId, packet: Packet): void {
    this.#sink.send(connection, encode(packet, this.#wireOf(connection).version));
  }

  close(connection: ConnectionId, manner: CloseManner): void {
    if (connection === this.gone) return;
    this.flush(connection);
    this.#sink.close(connection, manner);
  }

  deliver(...[delivery]: Parameters<ClientSink['deliver']>): void {
    const delivered = this.mutation.delivered?.(delivery) ?? [delivery];
    for (const each of delivered) this.#sink.deliver(each);
  }

  store(batch: Batch): void {
    this.#sink.store(this.mutation.stored?.(batch) ?? batch);
  }

  backlog(connection: ConnectionId): number {
    return connection === this.gone ? 0 : this.#sink.backlog(connection);
  }
  dial(...told: Parameters<ClientSink['dial']>): void {
    this.#sink.dial(...told);
  }
  wake(key: WakeKey, at: number): void {
    this.#sink.wake(key, at);
  }
  state(...told: Parameters<ClientSink['state']>): void {
    this.#sink.state(...told);
  }
  note(...told: Parameters<ClientSink['note']>): void {
    this.#sink.note(...told);
  }
  settled(...told: Parameters<ClientSink['settled']>): void {
    this.#sink.settled(...told);
  }
  online(...told: Parameters<ClientSink['online']>): void {
    this.#sink.online(...told);
  }
  offline(...told: Parameters<ClientSink['offline']>): void {
    this.#sink.offline(...told);
  }
}
