import { BrokerMachine } from '../mqtt/broker/broker.ts';
import type { BrokerOptions } from '../mqtt/broker/options.ts';
import { promisesOf } from '../mqtt/broker/promises.ts';
import type { Note } from '../mqtt/machine.ts';
import type { Recorder } from '../trace/recorder.ts';
import type { Channel } from './channel.ts';
import { ConnectionRecord } from './connection-record.ts';
import { MachinePump } from './pump.ts';
import type { Store } from './store.ts';
import { TrafficRecord } from './traffic-record.ts';

/** The node of the broker in a trace. */
const BROKER = 'broker';

/** A broker and the connections it has accepted. */
export class BrokerPump extends MachinePump<BrokerMachine> {
  readonly #record: TrafficRecord | undefined;
  readonly #options: BrokerOptions;
  #connectionCount = 0;

  constructor(options: BrokerOptions, store: Store | undefined, recorder: Recorder | undefined) {
    super(store);
    this.#options = options;
    if (recorder !== undefined) {
      this.#record = new TrafficRecord(recorder, BROKER, () => this.clock.now(), promisesOf(options));
    }
  }

  /** @throws {RecordError} when the store cannot be trusted */
  begin(snapshot: readonly (readonly [string, Uint8Array])[], failed: (error: unknown) => void): void {
    this.#record?.begins(snapshot.length > 0 ? 2 : 1);
    const { wallOffset } = this.clock;
    const machine = new BrokerMachine(this.#options, { sink: this, chance: Math.random, wallOffset });
    this.start(machine, snapshot, failed);
  }

  accepted(channel: Channel): void {
    if (this.machine === undefined) {
      channel.close('abort');
      return;
    }
    const id = ++this.#connectionCount;
    this.enter(id, channel);
    if (this.#record !== undefined) {
      const record = new ConnectionRecord(this.#record, channel.remote);
      this.records.set(id, record);
      const taken: Channel['taken'] = (bytes) => record.taken(bytes);
      channel.taken = taken;
    }
    this.opened(channel);
  }

  /** Connections, those included that have not said who they are. */
  get connections(): number {
    return this.channels.size;
  }

  /** Somebody records, and wants to know what a rule or a limit decided. */
  override get attentive(): boolean {
    return this.#record?.recorder.full === true;
  }

  override note(note: Note): void {
    if (this.attentive && note.rule !== undefined) this.#record!.emit({ k: 'told', n: BROKER, ...note });
  }

  /** Nothing more is read. What the machine said so far still goes out. */
  pause(): void {
    for (const channel of this.channels.values()) channel.reading = false;
  }

  /** Tells the clients that can be told; to all it is an end like any other. */
  shutdown(): void {
    this.input((machine, now) => machine.shutdown(now));
  }

  /** Closes what is left and lets go of the machine. */
  end(): void {
    this.stop();
    for (const [id, channel] of this.channels) {
      channel.tag = 0;
      channel.close('finish');
      this.records.get(id)?.ended('closed');
    }
    this.channels.clear();
    this.records.clear();
  }

  protected override causedBy(cause: number, run: () => void): void {
    const recorder = this.#record?.recorder;
    if (recorder === undefined) {
      run();
      return;
    }
    recorder.cause = cause;
    run();
    recorder.cause = 0;
  }

  protected override get cause(): number {
    return this.#record?.recorder.cause ?? 0;
  }
}
