/**
 * A stage on which tests play a conversation by hand: nodes, connections, packets, calls, in the words of a trace.
 *
 * It is no simulator: nothing happens that the test does not say, so that a test can play what a correct network
 * never would.
 */
import { encode } from '../../src/mqtt/codec/encode.ts';
import type { Packet, ProtocolVersion, QoS, WillProperties } from '../../src/mqtt/codec/packet.ts';
import type {
  BrokerPromises,
  ConnectionEnded,
  TraceEvent,
  TraceLevel,
  TraceMessage,
} from '../../src/trace/event.ts';
import { EventLog, Recorder, type TraceListener } from '../../src/trace/recorder.ts';

export const DESCRIPTION = {
  amber: '0.1.0',
  scenario: 'a stage',
  seed: '7',
  parameters: {},
  vantage: 'both-ends',
} as const;

export const PROMISES: BrokerPromises = {
  durability: 'sync',
  queueLimit: 1000,
  queueQoS0: false,
  overlap: 'once',
  keepAliveFactor: 1.5,
  maximumQoS: 2,
  sessionExpiry: Number.POSITIVE_INFINITY,
  retainedExpiry: Number.POSITIVE_INFINITY,
};

/** A connection on the stage; `dialler` is the client's node. */
export interface Wire {
  conn: string;
  dialler: string;
  listener: string;
  v: ProtocolVersion;
}

/** A packet on its way: the ordinal of its sending and what a reception needs. */
export interface Flying {
  i: number;
  wire: Wire;
  to: string;
  bytes: Uint8Array;
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export class Stage {
  readonly recorder: Recorder;
  readonly log = new EventLog();
  /** Added to the clock before every event, in microseconds. */
  pace = 1000;
  readonly #dials = new Map<string, number>();
  readonly #calls = new Map<string, number>();
  readonly #lives = new Map<string, number>();

  constructor(level: TraceLevel = 'packets', onEvent?: TraceListener) {
    this.recorder = new Recorder({ level, header: DESCRIPTION, onEvent: this.log.listener });
    if (onEvent !== undefined) this.recorder.listen(onEvent);
  }

  get events(): readonly TraceEvent[] {
    return this.log.events;
  }

  tick(micros = this.pace): void {
    this.recorder.now += micros;
  }

  broker(n: string, promises: Partial<BrokerPromises> = {}): string {
    this.recorder.emit({ k: 'node.added', n, role: 'broker', promises: { ...PROMISES, ...promises } });
    this.start(n);
    return n;
  }

  client(n: string): string {
    this.recorder.emit({ k: 'node.added', n, role: 'client' });
    this.start(n);
    return n;
  }

  start(n: string): void {
    const life = (this.#lives.get(n) ?? 0) + 1;
    this.#lives.set(n, life);
    this.tick();
    this.recorder.emit({ k: 'node.started', n, life });
  }

  crash(n: string, k: 'node.crashed' | 'node.power-cut' = 'node.crashed'): number {
    this.tick();
    return this.recorder.emit({ k, n, life: this.#lives.get(n) ?? 1 });
  }

  /** A connection that stands, without a packet on it. */
  dial(dialler: string, listener: string, v: ProtocolVersion = 4): Wire {
    const pair = `${dialler}>${listener}`;
    const count = (this.#dials.get(pair) ?? 0) + 1;
    this.#dials.set(pair, count);
    const conn = `${pair}#${count}`;
    this.tick();
    this.recorder.emit({ k: 'conn.dialled', n: dialler, conn, from: dialler, to: listener });
    this.recorder.emit({ k: 'conn.accepted', n: listener, conn, from: dialler, to: listener });
    this.recorder.emit({ k: 'conn.established', n: dialler, conn, from: dialler, to: listener });
    return { conn, dialler, listener, v };
  }

  /** Both ends learn that it is over. */
  end(wire: Wire, ends: { dialler?: ConnectionEnded['end']; listener?: ConnectionEnded['end'] } = {}): void {
    this.tick();
    this.endAt(wire, wire.dialler, ends.dialler ?? 'reset');
    this.endAt(wire, wire.listener, ends.listener ?? 'reset');
  }

  endAt(wire: Wire, n: string, end: ConnectionEnded['end']): number {
    return this.recorder.emit({ k: 'conn.ended', n, conn: wire.conn, end });
  }

  /** Written by `n`, not yet read by the other end. */
  send(wire: Wire, n: string, packet: Packet): Flying {
    const bytes = encode(packet, wire.v);
    this.tick();
    const i = this.recorder.packetSent(n, wire.conn, bytes, wire.v);
    return { i, wire, to: n === wire.dialler ? wire.listener : wire.dialler, bytes };
  }

  receive(flying: Flying): number {
    this.tick();
    return this.recorder.packetReceived(flying.to, flying.wire.conn, flying.i, flying.bytes);
  }

  lose(flying: Flying, at: 'sender' | 'network' | 'receiver' = 'network'): number {
    return this.recorder.packetLost(flying.to, flying.wire.conn, flying.i, at, 'the connection was reset');
  }

  /** Written by `n` and read by the other end; returns the ordinal of the reading. */
  pass(wire: Wire, n: string, packet: Packet): number {
    return this.receive(this.send(wire, n, packet));
  }

  /** CONNECT and CONNACK over a new connection. */
  connect(
    dialler: string,
    listener: string,
    options: {
      clean?: boolean;
      v?: ProtocolVersion;
      sessionPresent?: boolean;
      clientId?: string;
      will?: {
        topic: string;
        payload: string;
        qos?: QoS;
        retain?: boolean;
        delay?: number;
        properties?: WillProperties;
      };
      sessionExpiry?: number;
      maximumPacketSize?: number;
    } = {},
  ): Wire {
    const v = options.v ?? 4;
    const wire = this.dial(dialler, listener, v);
    const connect: Packet = {
      type: 'connect',
      protocolVersion: v,
      clientId: options.clientId ?? dialler,
      cleanStart: options.clean ?? true,
      keepAlive: 60,
    };
    if (options.will !== undefined) {
      const { topic, payload, qos, retain, delay, properties } = options.will;
      connect.will = { topic, payload: bytesOf(payload), qos: qos ?? 1, retain: retain ?? false };
      if (properties !== undefined) connect.will.properties = properties;
      if (delay !== undefined) connect.will.properties = { ...properties, willDelayInterval: delay };
    }
    const { sessionExpiry, maximumPacketSize } = options;
    if (v === 5) {
      connect.properties = {
        ...(sessionExpiry === undefined ? {} : { sessionExpiryInterval: sessionExpiry }),
        ...(maximumPacketSize === undefined ? {} : { maximumPacketSize }),
      };
    }
    this.pass(wire, dialler, connect);
    this.pass(wire, listener, {
      type: 'connack',
      sessionPresent: options.sessionPresent ?? false,
      reasonCode: 0,
    });
    return wire;
  }

  subscribe(wire: Wire, filter: string, qos: QoS, packetId = 1, granted: number = qos): void {
    this.pass(wire, wire.dialler, { type: 'subscribe', packetId, subscriptions: [{ filter, qos }] });
    this.pass(wire, wire.listener, { type: 'suback', packetId, reasonCodes: [granted] });
  }

  /** The application's call, whose packets the test plays itself; returns the number of the call. */
  publishCall(n: string, message: TraceMessage): number {
    const call = (this.#calls.get(n) ?? 0) + 1;
    this.#calls.set(n, call);
    this.tick();
    this.recorder.emit({ k: 'app.call', n, call, op: 'publish', message });
    return call;
  }

  settle(n: string, call: number, outcome: 'ok' | 'failed' = 'ok'): void {
    this.recorder.emit({ k: 'app.settled', n, call, outcome, text: outcome });
  }

  deliver(n: string, message: TraceMessage, dup = false): number {
    return this.recorder.emit({ k: 'app.delivered', n, message, dup });
  }
}

export function message(topic: string, payload: string, qos: QoS = 0, retain = false): TraceMessage {
  return { topic, payload: bytesOf(payload), qos, retain };
}

export function publish(
  topic: string,
  payload: string,
  qos: QoS = 0,
  packetId?: number,
  flags: { dup?: boolean; retain?: boolean } = {},
): Packet {
  const packet: Packet = {
    type: 'publish',
    topic,
    payload: bytesOf(payload),
    qos,
    retain: flags.retain ?? false,
    dup: flags.dup ?? false,
  };
  if (packetId !== undefined) packet.packetId = packetId;
  return packet;
}
