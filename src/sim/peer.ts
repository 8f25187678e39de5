/** A raw node: it dials or listens, sends any bytes, and sees what comes back. It knows nothing of MQTT. */
import type { ConnectionEnd, Micros } from '../mqtt/machine.ts';
import type { Endpoint } from './endpoint.ts';
import { MQTT_PORT } from './machine-node.ts';
import { type NodeSurroundings, SimNode } from './node.ts';
import type { Simulator } from './simulator.ts';

/** As much as a process usually reads at once. */
const READ_BYTES = 65_536;

/** What one connection keeps of what it read; a script that expects more takes it away with {@link PeerConnection.forget}. */
const KEPT_BYTES = 67_108_864;

/** One connection of a peer, with everything that came over it. */
export class PeerConnection {
  readonly name: string;
  state: 'dialling' | 'open' | 'over' = 'dialling';
  /** How it ended; undefined while it lasts. The peer's FIN is an end, although this side may go on writing. */
  end: ConnectionEnd | undefined;
  readonly #endpoint: Endpoint;
  readonly #simulator: Simulator;
  #chunks: { at: Micros; bytes: Uint8Array }[] = [];
  #keptBytes = 0;
  #reads = true;

  constructor(endpoint: Endpoint, simulator: Simulator) {
    this.#endpoint = endpoint;
    this.#simulator = simulator;
    this.name = endpoint.connection.name;
  }

  /** What was read and when, oldest first, in the pieces in which it was read. */
  get chunks(): readonly { readonly at: Micros; readonly bytes: Uint8Array }[] {
    return this.#chunks;
  }

  /** Everything that was read. */
  get bytes(): Uint8Array {
    let length = 0;
    for (const { bytes } of this.#chunks) length += bytes.length;
    const whole = new Uint8Array(length);
    let at = 0;
    for (const { bytes } of this.#chunks) {
      whole.set(bytes, at);
      at += bytes.length;
    }
    return whole;
  }

  /** Lets go of what was read so far. */
  forget(): void {
    this.#chunks = [];
    this.#keptBytes = 0;
  }

  /** Sends bytes; false when the connection is over and they went nowhere. */
  send(bytes: Uint8Array): boolean {
    return this.#endpoint.write(bytes);
  }

  /** Bytes that the other host has not acknowledged. */
  get backlog(): number {
    return this.#endpoint.backlog;
  }

  /** Sends FIN, and goes on reading. */
  finish(): void {
    this.#endpoint.finishWriting();
  }

  /** Closes both ways. */
  close(): void {
    this.#leave('finish');
  }

  /** Resets. */
  abort(): void {
    this.#leave('abort');
  }

  #leave(manner: 'finish' | 'abort'): void {
    this.#endpoint.close(manner);
    this.state = 'over';
    this.end ??= 'closed';
  }

  /** Stops reading, so that the window closes; or reads on. */
  set reading(reads: boolean) {
    this.#reads = reads;
    if (reads) this.read();
  }
  get reading(): boolean {
    return this.#reads;
  }

  /** For the node: takes what there is to read; true when there was something. */
  read(): boolean {
    if (!this.#reads) return false;
    let any = false;
    for (
      let bytes = this.#endpoint.readBytes(READ_BYTES);
      bytes !== undefined;
      bytes = this.#endpoint.readBytes(READ_BYTES)
    ) {
      this.#keptBytes += bytes.length;
      if (this.#keptBytes > KEPT_BYTES) {
        throw new RangeError(
          `${this.name} has kept more than ${KEPT_BYTES} bytes that were read; call forget() in between`,
        );
      }
      this.#chunks.push({ at: this.#simulator.now, bytes });
      any = true;
    }
    this.#endpoint.consumed();
    return any;
  }
}

export class Peer extends SimNode {
  /** Every connection of this life, dialled or accepted, in order. */
  connections: PeerConnection[] = [];
  /** Called when something came, opened or ended. */
  onChange: ((connection: PeerConnection) => void) | undefined;
  readonly #ports = new Set<number>();
  readonly #byEndpoint = new Map<Endpoint, PeerConnection>();

  constructor(name: string, surroundings: NodeSurroundings) {
    super(name, 'peer', surroundings);
  }

  listen(port = MQTT_PORT): void {
    this.#ports.add(port);
  }

  dial(to: string, port = MQTT_PORT): PeerConnection {
    if (!this.alive) throw new Error(`${this.name} is down and cannot dial`);
    return this.#add(this.network.dial(this, to, port));
  }

  #add(endpoint: Endpoint): PeerConnection {
    const connection = new PeerConnection(endpoint, this.simulator);
    this.connections.push(connection);
    this.#byEndpoint.set(endpoint, connection);
    return connection;
  }

  listensOn(port: number): boolean {
    return this.alive && this.#ports.has(port);
  }

  accepted(endpoint: Endpoint): void {
    const connection = this.#add(endpoint);
    connection.state = 'open';
    this.onChange?.(connection);
  }

  established(endpoint: Endpoint): void {
    const connection = this.#byEndpoint.get(endpoint);
    if (connection === undefined) return;
    connection.state = 'open';
    this.onChange?.(connection);
  }

  readable(endpoint: Endpoint): void {
    const connection = this.#byEndpoint.get(endpoint);
    if (connection?.read() === true) this.onChange?.(connection);
  }

  finished(endpoint: Endpoint): void {
    const connection = this.#byEndpoint.get(endpoint);
    if (connection === undefined) return;
    connection.end ??= 'finished';
    this.onChange?.(connection);
  }

  ended(endpoint: Endpoint, end: ConnectionEnd): void {
    const connection = this.#byEndpoint.get(endpoint);
    if (connection === undefined) return;
    connection.state = 'over';
    connection.end ??= end;
    this.onChange?.(connection);
  }

  drained(endpoint: Endpoint): void {
    const connection = this.#byEndpoint.get(endpoint);
    if (connection !== undefined) this.onChange?.(connection);
  }

  protected onStart(): void {}
  protected onDeath(): void {
    this.connections = [];
    this.#byEndpoint.clear();
  }
  protected onPowerLost(): void {
    this.onDeath();
  }
  protected onWallSet(): void {}
  protected onPaceChanged(): void {}
}
