/**
 * Rows 4 to 6 of the goals: simulated MQTT packets a second, and how much faster than real time, with many clients that
 * each publish one QoS 1 message of 64 bytes a second and are the only subscriber of their topic.
 *
 * Digest level, latency and loss on every link, keep-alive 60 s; the process is warm before the clock starts.
 */
import { performance } from 'node:perf_hooks';
import { BrokerMachine } from '../src/mqtt/broker/broker.ts';
import { brokerDefaults } from '../src/mqtt/broker/defaults.ts';
import { ClientMachine } from '../src/mqtt/client/client.ts';
import { clientDefaults } from '../src/mqtt/client/defaults.ts';
import type { ProtocolVersion } from '../src/mqtt/codec/packet.ts';
import type { TransportName } from '../src/sim/duplex-link.ts';
import type { MachineNode } from '../src/sim/machine-node.ts';
import type { Happening } from '../src/sim/simulator.ts';
import { World } from '../src/sim/world.ts';
import { Recorder } from '../src/trace/recorder.ts';
import { median, type Row } from './measure.ts';
import { calNanos } from './queue.ts';

const PAYLOAD = new Uint8Array(64).fill(0x61);
const SECOND = 1_000_000;

interface Run {
  /** Virtual seconds a wall second, and packets a wall second: medians over slices of one virtual second. */
  speed: number;
  packetsPerSecond: number;
  eventsPerPacket: number;
  digest: string;
}

/** A client's application: publishes once a second, each client at its own moment of the second. */
class Metronome implements Happening {
  readonly #node: MachineNode<ClientMachine>;
  readonly #topic: string;
  readonly #world: World;

  constructor(world: World, node: MachineNode<ClientMachine>, topic: string) {
    this.#world = world;
    this.#node = node;
    this.#topic = topic;
  }

  due(): void {
    const machine = this.#node.machine!;
    machine.publish(this.#node.localNow, { topic: this.#topic, payload: PAYLOAD, qos: 1 });
    this.#world.simulator.schedule(this.#world.now + SECOND, 0, this);
  }
}

export function simulate(
  clients: number,
  seconds: number,
  transport: TransportName,
  protocolVersion: ProtocolVersion = 4,
): Run {
  const header = {
    amber: 'bench',
    scenario: 'bench',
    seed: '1',
    parameters: {},
    vantage: 'both-ends' as const,
  };
  const world = new World({ seed: 1, recorder: new Recorder({ level: 'digest', header }), transport });
  const hub = world.machine('hub', 'broker', {
    create: (surroundings) => new BrokerMachine({ ...brokerDefaults, durability: 'none' }, surroundings),
    listens: [1883],
  });
  let delivered = 0;
  for (let i = 0; i < clients; i++) {
    const name = `c${i}`;
    const node = world.machine(name, 'client', {
      create: (surroundings) =>
        new ClientMachine(
          { ...clientDefaults, clientId: name, protocolVersion, durability: 'none', keepAlive: 60 },
          surroundings,
        ),
      application: { deliver: () => delivered++, settled: () => {}, online: () => {}, offline: () => {} },
    });
    node.server = { name: hub.name, port: 1883 };
    world.link(name, hub.name, { latency: ['10ms', '40ms'], loss: 0.01 });
    const topic = `plant/${i}/temperature`;
    node.command((machine, now) => machine.connect(now));
    node.command((machine, now) => machine.subscribe(now, { subscriptions: [{ filter: topic, qos: 1 }] }));
    world.simulator.schedule(
      5 * SECOND + Math.floor((i * SECOND) / clients),
      0,
      new Metronome(world, node, topic),
    );
  }
  const { simulator } = world;
  simulator.run(10 * SECOND);
  const before = delivered;
  const events = simulator.events;
  const slices: number[] = [];
  for (let second = 1; second <= seconds; second++) {
    const begun = performance.now();
    simulator.run((10 + second) * SECOND);
    slices.push((performance.now() - begun) / 1000);
  }
  const messages = delivered - before;
  if (messages < clients * (seconds - 1))
    throw new Error(`only ${messages} of ${clients * seconds} messages arrived`);
  // Each message is two PUBLISHes and two PUBACKs; pings are not counted.
  const slice = median(slices);
  return {
    speed: 1 / slice,
    packetsPerSecond: (clients * 4) / slice,
    eventsPerPacket: (simulator.events - events) / (messages * 4),
    digest: simulator.recorder.digest(),
  };
}

/** All rows; about half a minute. */
export function simulationRows(): Row[] {
  const rows: Row[] = [];
  for (const transport of ['ideal', 'tcp'] as const) {
    simulate(1_000, 20, transport);
    const cal = calNanos();
    const run = simulate(1_000, 60, transport);
    const who = `1,000 clients at 1 message/s, ${transport}`;
    rows.push({ what: who, value: run.packetsPerSecond, unit: 'packets/s' });
    rows.push({ what: who, value: 1e9 / run.packetsPerSecond / cal, unit: 'CAL/packet' });
    rows.push({ what: who, value: run.speed, unit: 'x real time' });
    rows.push({ what: who, value: run.eventsPerPacket, unit: 'events/packet' });
  }
  return rows;
}
