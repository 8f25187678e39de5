/**
 * Rows 4, 5 and 7 of the goals: simulated MQTT packets a second, and how much faster than real time, with many clients that
 * each publish one QoS 1 message of 64 bytes a second and are the only subscriber of their topic; and what a client weighs
 * that is connected and idle.
 *
 * Digest level, latency and loss on every link, keep-alive 60 s; the process is warm before the clock starts. The clock is that of
 * the processor. The median says how it goes on this machine now, the best slice what the code can do when nobody
 * else needs the memory.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
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
import { cpuMillis, median, type Row } from './measure.ts';
import { atReference, calNanos } from './queue.ts';

const PAYLOAD = new Uint8Array(64).fill(0x61);
const SECOND = 1_000_000;

/** Bytes of an idle client, CAL a packet, and virtual seconds a second. */
const IDLE = { floor: 2_048, goal: 1_229 };
const PACKET = { floor: 6.3, goal: 3.15 };
const REAL_TIME = { ideal: { floor: 250, goal: 500 }, tcp: { floor: 100, goal: 250 } };

interface Run {
  /** Virtual seconds a second of the processor, and packets: medians over slices of one virtual second. */
  speed: number;
  packetsPerSecond: number;
  /** Packets a second in the best slice. */
  bestPacketsPerSecond: number;
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

function emptyWorld(transport: TransportName): { world: World; hub: MachineNode<BrokerMachine> } {
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
  return { world, hub };
}

/** A client that connects at once, over a link of its own. */
function addClient(
  world: World,
  name: string,
  protocolVersion: ProtocolVersion,
  deliver: () => void,
): MachineNode<ClientMachine> {
  const node = world.machine(name, 'client', {
    create: (surroundings) =>
      new ClientMachine(
        { ...clientDefaults, clientId: name, protocolVersion, durability: 'none', keepAlive: 60 },
        surroundings,
      ),
    application: { deliver, settled: () => {}, online: () => {}, offline: () => {} },
  });
  node.server = { name: 'hub', port: 1883 };
  world.link(name, 'hub', { latency: ['10ms', '40ms'], loss: 0.01 });
  node.command((machine, now) => machine.connect(now));
  return node;
}

export function simulate(
  clients: number,
  seconds: number,
  transport: TransportName,
  protocolVersion: ProtocolVersion = 4,
): Run {
  const { world } = emptyWorld(transport);
  let delivered = 0;
  const deliver = (): void => {
    delivered++;
  };
  for (let i = 0; i < clients; i++) {
    const node = addClient(world, `c${i}`, protocolVersion, deliver);
    const topic = `plant/${i}/temperature`;
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
    const begun = cpuMillis();
    simulator.run((10 + second) * SECOND);
    slices.push((cpuMillis() - begun) / 1000);
  }
  const messages = delivered - before;
  if (messages < clients * (seconds - 1))
    throw new Error(`only ${messages} of ${clients * seconds} messages arrived`);
  // Each message is two PUBLISHes and two PUBACKs; pings are not counted.
  const slice = median(slices);
  return {
    speed: 1 / slice,
    packetsPerSecond: (clients * 4) / slice,
    bestPacketsPerSecond: (clients * 4) / Math.min(...slices),
    eventsPerPacket: (simulator.events - events) / (messages * 4),
    digest: simulator.recorder.digest(),
  };
}

/** Bytes of memory that one more connected client takes, with its link, its connection and its session at the broker. */
export function idleBytesPerClient(clients: number, transport: TransportName): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const weigh = (): number => {
    // The second collection takes what the first one only let go.
    collect();
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const { world } = emptyWorld(transport);
  const nothing = (): void => {};
  let made = 0;
  const add = (count: number): void => {
    for (let i = 0; i < count; i++) addClient(world, `c${made++}`, 4, nothing);
    world.simulator.run(world.now + 10 * SECOND);
  };
  // The first ones pay for what is made once.
  add(200);
  const before = weigh();
  add(clients);
  const bytes = (weigh() - before) / clients;
  if (world.debts().length > 0) throw new Error('a client of the bench is not connected');
  return bytes;
}

/** All rows; about half a minute. */
export function simulationRows(): Row[] {
  const rows: Row[] = [];
  // Weighed first, while nothing else lies about in the heap.
  for (const transport of ['ideal', 'tcp'] as const) {
    const bytes = idleBytesPerClient(2_000, transport);
    rows.push({ what: `idle client, ${transport}`, value: bytes, unit: 'bytes', aim: IDLE });
  }
  for (const transport of ['ideal', 'tcp'] as const) {
    simulate(1_000, 20, transport);
    const cal = calNanos();
    const run = simulate(1_000, 60, transport);
    const who = `1,000 clients at 1 message/s, ${transport}`;
    rows.push({ what: who, value: run.packetsPerSecond, unit: 'packets/s' });
    rows.push({ what: `${who}, best second`, value: run.bestPacketsPerSecond, unit: 'packets/s' });
    const perPacket = 1e9 / run.packetsPerSecond / cal;
    // The goal for packets was written for this transport.
    const aim = transport === 'ideal' ? { aim: PACKET } : {};
    rows.push({ what: who, value: perPacket, unit: 'CAL/packet', ...aim });
    const speed = { ...REAL_TIME[transport], scaled: atReference(run.speed, cal) };
    rows.push({ what: who, value: run.speed, unit: 'x real time', aim: speed });
    rows.push({ what: who, value: run.eventsPerPacket, unit: 'events/packet' });
  }
  return rows;
}
