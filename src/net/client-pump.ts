import type { ClientOptions, ClientSink, Delivery, Outcome } from '../mqtt/client/application.ts';
import { ClientMachine } from '../mqtt/client/client.ts';
import type { ConnackProperties } from '../mqtt/codec/packet.ts';
import type { ConnectionEnd, ConnectionId, Micros } from '../mqtt/machine.ts';
import type { Channel } from './channel.ts';
import { dial, type Place, type TlsOptions } from './dial.ts';
import { MachinePump } from './pump.ts';
import type { Store } from './store.ts';

/** What the application is told, after the machine has finished speaking. */
export interface ClientListener {
  delivered(delivery: Delivery): void;
  settled(call: number, outcome: Outcome): void;
  online(sessionPresent: boolean, properties: ConnackProperties | undefined): void;
  offline(reason: string): void;
  dialling(): void;
  /** A connection that stood, or never came to be, is over; `problem` is what the system said. */
  hungUp(problem: Error | undefined): void;
}

/** A client and its one connection. */
export class ClientPump extends MachinePump<ClientMachine> implements ClientSink {
  readonly #place: Place;
  readonly #tls: TlsOptions;
  readonly #listener: ClientListener;
  #told: (() => void)[] = [];
  #telling = false;

  constructor(place: Place, tls: TlsOptions, listener: ClientListener, store: Store | undefined) {
    super(store);
    this.#place = place;
    this.#tls = tls;
    this.#listener = listener;
  }

  begin(
    options: ClientOptions,
    snapshot: Iterable<readonly [string, Uint8Array]>,
    failed: (error: unknown) => void,
  ): void {
    const { wallOffset } = this.clock;
    const machine = new ClientMachine(options, { sink: this, chance: Math.random, wallOffset });
    this.start(machine, snapshot, failed);
  }

  /** Lets the application call its machine. The call is settled after `call` has returned, never before. */
  command(call: (machine: ClientMachine, now: Micros) => void): boolean {
    if (this.machine === undefined) return false;
    this.input(call);
    return true;
  }

  /** Forgets the machine; what it had sent goes out. */
  end(): void {
    this.stop();
    for (const channel of this.channels.values()) channel.close('finish');
    this.channels.clear();
  }

  dial(connection: ConnectionId): void {
    this.#tell(() => this.#listener.dialling());
    this.enter(connection, dial(this.#place, this.#tls, this));
  }

  override ended(channel: Channel, end: ConnectionEnd, problem?: Error): void {
    this.#tell(() => this.#listener.hungUp(problem));
    super.ended(channel, end);
  }

  deliver(delivery: Delivery): void {
    this.#tell(() => this.#listener.delivered(delivery));
  }
  settled(call: number, outcome: Outcome): void {
    this.#tell(() => this.#listener.settled(call, outcome));
  }
  online(sessionPresent: boolean, properties?: ConnackProperties): void {
    this.#tell(() => this.#listener.online(sessionPresent, properties));
  }
  offline(reason: string): void {
    this.#tell(() => this.#listener.offline(reason));
  }

  #tell(what: () => void): void {
    this.#told.push(what);
  }

  /** The application may call the machine from what it is told, so it is told when no input is under way. */
  protected override inputEnded(): void {
    if (this.#telling) return;
    this.#telling = true;
    for (let at = 0; at < this.#told.length; at++) {
      try {
        this.#told[at]!();
      } catch (error) {
        // Thrown by the application: it ends there and not in the middle of ours.
        process.nextTick(() => {
          throw error;
        });
      }
    }
    this.#told = [];
    this.#telling = false;
  }
}
