/**
 * The judge is judged: our machines with one bug each, put in from outside, have to be caught by the right rule within some
 * random stories, in which the machines without it break nothing.
 */
import { describe, expect, it, vi } from 'vitest';
import type { BrokerMachine } from '../../src/mqtt/broker/broker.ts';
import type { ClientSink, Delivery } from '../../src/mqtt/client/application.ts';
import type { ClientMachine } from '../../src/mqtt/client/client.ts';
import { decode } from '../../src/mqtt/codec/decode.ts';
import { encode } from '../../src/mqtt/codec/encode.ts';
import { Framer } from '../../src/mqtt/codec/framer.ts';
import type { Packet } from '../../src/mqtt/codec/packet.ts';
import type { Batch, CloseManner, ConnectionEnd, ConnectionId, Sink } from '../../src/mqtt/machine.ts';
import { run } from '../../src/runner/run.ts';
import { drawPlan, HUB, type Step } from '../chaos/plan.ts';
import { play } from '../chaos/play.ts';

/** What a bug can take hold of: packets on their way in and out, the end of a connection, deliveries. */
interface Mutation {
  of: 'hub' | 'client';
  /** What to give the machine instead of this packet; it may answer itself. */
  received?(packet: Packet, answer: (packet: Packet) => void, close: () => void): readonly Packet[];
  /** What to send instead of what the machine sent in one input to one connection. */
  sent?(packets: readonly Packet[]): readonly Packet[];
  delivered?(delivery: Delivery): readonly Delivery[];
  /** Lets the machine reveal what is not stored, whatever it promises. */
  hasty?: boolean;
  /** What has to happen for the bug to show, besides chance. */
  befalls?: readonly Step[];
}

const current = vi.hoisted(() => ({ mutation: undefined as Mutation | undefined }));

/** Stands between a machine and its sink, and gathers what one input sends. */
class MutantSink implements ClientSink {
  readonly #sink: ClientSink;
  readonly #mutation: Mutation;
  #gathered: [ConnectionId, Packet][] = [];

  constructor(sink: Sink, mutation: Mutation) {
    this.#sink = sink as ClientSink;
    this.#mutation = mutation;
  }

  get attentive(): boolean {
    return this.#sink.attentive;
  }
  send(connection: ConnectionId, bytes: Uint8Array): void {
    if (this.#mutation.sent === undefined) this.#sink.send(connection, bytes);
    else this.#gathered.push([connection, decode(bytes, 4)]);
  }
  /** An input is over. */
  flush(only?: ConnectionId): void {
    const gathered = this.#gathered;
    if (gathered.length === 0) return;
    this.#gathered = [];
    for (const id of new Set(gathered.map(([connection]) => connection))) {
      const packets = gathered.flatMap(([connection, packet]) => (connection === id ? [packet] : []));
      if (only !== undefined && only !== id)
        this.#gathered.push(...packets.map((packet) => [id, packet] as [ConnectionId, Packet]));
      else for (const packet of this.#mutation.sent!(packets)) this.#sink.send(id, encode(packet, 4));
    }
  }
  close(connection: ConnectionId, manner: CloseManner): void {
    this.flush(connection);
    this.#sink.close(connection, manner);
  }
  backlog(connection: ConnectionId): number {
    return this.#sink.backlog(connection);
  }
  dial(connection: ConnectionId): void {
    this.#sink.dial(connection);
  }
  wake(key: string, at: number): void {
    this.#sink.wake(key, at);
  }
  store(batch: Batch): void {
    this.#sink.store(batch);
  }
  state(...told: Parameters<Sink['state']>): void {
    this.#sink.state(...told);
  }
  note(...told: Parameters<Sink['note']>): void {
    this.#sink.note(...told);
  }
  deliver(delivery: Delivery): void {
    const { delivered } = this.#mutation;
    for (const each of delivered === undefined ? [delivery] : delivered(delivery)) this.#sink.deliver(each);
  }
  settled(...told: Parameters<ClientSink['settled']>): void {
    this.#sink.settled(...told);
  }
  online(sessionPresent: boolean): void {
    this.#sink.online(sessionPresent);
  }
  offline(reason: string): void {
    this.#sink.offline(reason);
  }
}

type MachineClass = new (options: never, surroundings: never) => BrokerMachine | ClientMachine;

/** The machine with whatever bug is in it at the moment; each input ends with what it sent. */
const mutant = vi.hoisted(
  () => (of: 'hub' | 'client', make: () => [typeof MutantSink, MachineClass]) =>
    function Mutant(options: object, surroundings: { sink: Sink }): unknown {
      const [SinkClass, Machine] = make();
      const { mutation } = current;
      if (mutation?.of !== of) return new Machine(options as never, surroundings as never);
      const sink = new SinkClass(surroundings.sink, mutation);
      const told = mutation.hasty === true ? { ...options, durability: 'interval' } : options;
      const machine = new Machine(told as never, { ...surroundings, sink } as never);
      const framers = new Map<ConnectionId, Framer>();
      const framed = (connection: ConnectionId, bytes: Uint8Array): Packet[] => {
        const framer = framers.get(connection) ?? new Framer(1 << 20);
        framers.set(connection, framer);
        framer.push(bytes);
        const packets: Packet[] = [];
        for (let next = framer.next(); next !== undefined; next = framer.next())
          packets.push(decode(next, 4));
        return packets;
      };
      return new Proxy(machine, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name, target);
          if (typeof member !== 'function') return member;
          return (...inputs: never[]): unknown => {
            const [now, connection, bytes] = inputs as unknown as [
              number,
              ConnectionId,
              Uint8Array | ConnectionEnd,
            ];
            try {
              if (name === 'received' && mutation.received !== undefined) {
                const answer = (packet: Packet): void =>
                  surroundings.sink.send(connection, encode(packet, 4));
                const close = (): void => surroundings.sink.close(connection, 'finish');
                for (const packet of framed(connection, bytes as Uint8Array)) {
                  for (const each of mutation.received(packet, answer, close)) {
                    target.received(now, connection, encode(each, 4));
                  }
                }
                return undefined;
              }
              return (member as (...all: never[]) => unknown).apply(target, inputs);
            } finally {
              sink.flush();
            }
          };
        },
      });
    },
);

vi.mock('../../src/mqtt/broker/broker.ts', async (original) => {
  const { BrokerMachine } = await original<{ BrokerMachine: MachineClass }>();
  return { BrokerMachine: mutant('hub', () => [MutantSink, BrokerMachine]) };
});
vi.mock('../../src/mqtt/client/client.ts', async (original) => {
  const { ClientMachine } = await original<{ ClientMachine: MachineClass }>();
  return { ClientMachine: mutant('client', () => [MutantSink, ClientMachine]) };
});

const publishes = (change: (packet: Packet & { type: 'publish' }) => readonly Packet[]) =>
  ({
    sent: (packets) => packets.flatMap((packet) => (packet.type === 'publish' ? change(packet) : [packet])),
  }) satisfies Partial<Mutation>;

const isAgain = (packet: Packet): boolean => packet.type === 'publish' && packet.dup;

/** What is sent again comes first in its input, so that its order can be turned round. */
function turned(packets: readonly Packet[]): Packet[] {
  const again = packets.filter(isAgain).reverse();
  return packets.map((packet) => (isAgain(packet) ? again.shift()! : packet));
}

const MUTANTS: readonly (Mutation & { bug: string; rules: readonly string[] })[] = [
  {
    bug: 'forgets DUP',
    of: 'hub',
    rules: ['delivery.dup-flag'],
    ...publishes((packet) => [{ ...packet, dup: false }]),
  },
  {
    bug: 'sets DUP on what is new',
    of: 'client',
    rules: ['delivery.dup-flag'],
    ...publishes((packet) => [{ ...packet, dup: packet.qos > 0 }]),
  },
  {
    bug: 'forgets RETAIN',
    of: 'hub',
    rules: ['delivery.retain-flag'],
    ...publishes((packet) => [{ ...packet, retain: false }]),
  },
  {
    bug: 'leaves RETAIN on what is live',
    of: 'hub',
    rules: ['delivery.retain-flag'],
    ...publishes((packet) => [{ ...packet, retain: true }]),
  },
  {
    bug: 'sends QoS 0 twice',
    of: 'hub',
    rules: ['delivery.at-most-once'],
    ...publishes((packet) => (packet.qos === 0 ? [packet, packet] : [packet])),
  },
  {
    bug: 'changes payloads',
    of: 'hub',
    rules: ['delivery.unchanged', 'delivery.phantom'],
    ...publishes((packet) => [{ ...packet, payload: packet.payload.map((byte) => byte ^ 1) }]),
  },
  {
    bug: 'never sends anything again',
    of: 'hub',
    rules: ['session.resumed', 'delivery.at-least-once', 'delivery.exactly-once', 'UnquietError'],
    ...publishes((packet) => (packet.dup ? [] : [packet])),
  },
  {
    bug: 'sends again in the wrong order',
    of: 'hub',
    rules: ['ordering.redelivery'],
    sent: turned,
  },
  {
    bug: 'sends again in the wrong order',
    of: 'client',
    rules: ['ordering.redelivery'],
    sent: turned,
  },
  {
    bug: 'takes a QoS 2 message that comes again for a new one',
    of: 'hub',
    rules: ['delivery.exactly-once', 'delivery.at-most-once', 'delivery.needless-duplicate'],
    received: (packet) =>
      packet.type === 'publish' && packet.qos === 2 && packet.dup
        ? [{ type: 'pubrel', packetId: packet.packetId! }, packet]
        : [packet],
  },
  {
    bug: 'hands QoS 2 over twice',
    of: 'client',
    rules: ['delivery.exactly-once'],
    delivered: (delivery) => (delivery.message.qos === 2 ? [delivery, delivery] : [delivery]),
  },
  {
    bug: 'acknowledges QoS 1 and hands nothing over',
    of: 'client',
    rules: ['delivery.handed-over'],
    delivered: (delivery) => (delivery.message.qos === 1 ? [] : [delivery]),
  },
  {
    bug: 'publishes wills after DISCONNECT',
    of: 'hub',
    rules: ['will.withheld'],
    received: (packet, _answer, close) => {
      if (packet.type !== 'disconnect') return [packet];
      close();
      return [];
    },
  },
  {
    bug: 'publishes no will',
    of: 'hub',
    rules: ['will.due'],
    received: (packet) => {
      if (packet.type !== 'connect') return [packet];
      const { will: _, ...rest } = packet;
      return [rest];
    },
  },
  {
    bug: 'says Session Present the wrong way round',
    of: 'hub',
    rules: ['session.present'],
    sent: (packets) =>
      packets.map((packet) =>
        packet.type === 'connack' && packet.reasonCode === 0
          ? { ...packet, sessionPresent: !packet.sessionPresent }
          : packet,
      ),
  },
  {
    bug: 'acknowledges QoS 1 and routes nothing',
    of: 'hub',
    rules: ['delivery.at-least-once'],
    received: (packet, answer) => {
      if (packet.type !== 'publish' || packet.qos !== 1) return [packet];
      answer({ type: 'puback', packetId: packet.packetId! });
      return [];
    },
  },
  {
    bug: 'acknowledges before it stores',
    of: 'hub',
    rules: [
      ...['delivery.at-least-once', 'delivery.exactly-once', 'session.present', 'delivery.at-most-once'],
      ...['delivery.needless-duplicate', 'delivery.identifier'],
    ],
    hasty: true,
    befalls: [
      { at: 3_000, do: 'slowDisk', node: HUB, options: { by: '2s' } },
      ...[9, 16, 23].map((s): Step => ({ at: s * 1_000, do: 'powerCut', node: HUB, options: { for: '1s' } })),
    ],
  },
  {
    bug: 'answers UNSUBSCRIBE and goes on sending',
    of: 'hub',
    rules: ['delivery.subscribed'],
    received: (packet, answer) => {
      if (packet.type !== 'unsubscribe') return [packet];
      answer({ type: 'unsuback', packetId: packet.packetId });
      return [];
    },
  },
  {
    bug: 'sends one message of a burst late',
    of: 'hub',
    rules: ['ordering.messages'],
    sent: (packets) =>
      packets.length > 1 && packets[0]!.type === 'publish' ? [...packets.slice(1), packets[0]!] : packets,
  },
];

const SEEDS = 60;

/** The first seed that shows one of the rules broken, and which; undefined when none does. */
async function caught(mutation: Mutation, rules: readonly string[]): Promise<string | undefined> {
  current.mutation = mutation;
  try {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const drawn = drawPlan(seed);
      const steps = [...drawn.steps, ...(mutation.befalls ?? [])].sort((a, b) => a.at - b.at);
      // The bugs are put into packets of 3.1.1.
      const clients = drawn.clients.map(({ settings, ...client }) => ({
        ...client,
        settings: { ...settings, protocol: '3.1.1' as const },
      }));
      const plan = { ...drawn, clients, steps };
      const { report, error } = await run(
        play(plan),
        { seed, transport: plan.transport },
        { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) },
      );
      if (error?.blame === 'bug') throw new Error(`seed ${seed}: ${error.stack}`);
      const shown = [...report!.violations.map(({ rule }): string => rule), error?.name ?? ''];
      const found = shown.find((rule) => rules.includes(rule));
      if (found !== undefined) return `seed ${seed}: ${found}`;
    }
    return undefined;
  } finally {
    current.mutation = undefined;
  }
}

describe('the judge', () => {
  it.each(MUTANTS)('catches a $of that $bug', { timeout: 120_000 }, async ({ rules, ...mutation }) => {
    const found = await caught(mutation, rules);
    expect(found).toBeDefined();
  });
});
