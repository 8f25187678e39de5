/**
 * Rows 4 and 5 of the goals: simulated MQTT packets a second, and how much faster than real time, with many clients that
 * each publish one QoS 1 message of 64 bytes a second and are the only subscriber of their topic; and what a client weighs
 * that is connected and idle.
 *
 * Digest level, latency and loss on every link, keep-alive 60 s; the process is warm before the clock starts. The clock is that of
 * the processor. The median says how it goes on this machine now, the best slice what the code can do when nobody
 * else needs the memory.
 */

import { yieldToEventLoop } from '../src/host/real.ts';
import { scenario } from '../src/index.ts';
import { BrokerMachine } from '../src/mqtt/broker/broker.ts';
import { brokerDefaults } from '../src/mqtt/broker/defaults.ts';
import type { ClientOptions } from '../src/mqtt/client/application.ts';
import { ClientMachine } from '../src/mqtt/client/client.ts';
import { clientDefaults } from '../src/mqtt/client/defaults.ts';
import type { ProtocolVersion } from '../src/mqtt/codec/packet.ts';
import type { Micros } from '../src/mqtt/machine.ts';
import { run } from '../src/runner/run.ts';
import type { TransportName } from '../src/sim/duplex-link.ts';
import {
  type MachineNode,
  type MachineNodeOptions,
  MQTT_PORT,
  type Server,
} from '../src/sim/machine-node.ts';
import type { Happening } from '../src/sim/simulator.ts';
import { World } from '../src/sim/world.ts';
import { Recorder } from '../src/trace/recorder.ts';
import { atReference, type Cal } from './cal.ts';
import { cpuMillis, median, type Pace, type Row } from './measure.ts';
import { heldBytes } from './memory.ts';

const PAYLOAD = new Uint8Array(64).fill(0x61);
export const SECOND = 1_000_000;

export const HEADER = {
  amber: 'bench',
  scenario: 'bench',
  seed: '1',
  parameters: {},
  vantage: 'both-ends' as const,
};

/** CAL a packet, and virtual seconds a second. */
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

/** A client's application: publishes again and again, each client at its own moment. */
class Metronome implements Happening {
  readonly #node: MachineNode<ClientMachine>;
  readonly #topic: string;
  readonly #world: World;
  readonly #interval: Micros;

  constructor(world: World, node: MachineNode<ClientMachine>, topic: string, interval: Micros) {
    this.#world = world;
    this.#interval = interval;
    this.#node = node;
    this.#topic = topic;
  }

  due(): void {
    const machine = this.#node.machine!;
    machine.publish(this.#node.localNow, { topic: this.#topic, payload: PAYLOAD, qos: 1 });
    this.#world.simulator.schedule(this.#world.now + this.#interval, 0, this);
  }
}

interface Emptiness {
  world: World;
  hub: MachineNode<BrokerMachine>;
}

export function emptyWorld(
  transport: TransportName,
  recorder = new Recorder({ level: 'digest', header: HEADER }),
): Emptiness {
  const world = new World({ seed: 1, recorder, transport });
  const hub = world.machine('hub', 'broker', {
    create: (surroundings) => new BrokerMachine({ ...brokerDefaults, durability: 'none' }, surroundings),
    listens: [MQTT_PORT],
  });
  return { world, hub };
}

/** One for all clients that are alike: what is weighed is a client, not the bench. */
let fleet: (MachineNodeOptions<ClientMachine> & { version: ProtocolVersion }) | undefined;

function fleetOf(version: ProtocolVersion, deliver: () => void): MachineNodeOptions<ClientMachine> {
  if (fleet?.version === version && fleet.application!.deliver === deliver) return fleet;
  const options: ClientOptions = {
    ...clientDefaults,
    clientId: '',
    protocolVersion: version,
    durability: 'none',
    keepAlive: 60,
  };
  fleet = {
    version,
    create: (surroundings, name) => new ClientMachine(options, surroundings, name),
    application: { deliver, settled: () => {}, online: () => {}, offline: () => {} },
  };
  return fleet;
}

const HUB: Server = { name: 'hub', port: MQTT_PORT };

/** A client that connects at once, over a link of its own. */
export function addClient(
  world: World,
  name: string,
  protocolVersion: ProtocolVersion,
  deliver: () => void,
): MachineNode<ClientMachine> {
  const node = world.machine(name, 'client', fleetOf(protocolVersion, deliver));
  node.server = HUB;
  world.link(name, 'hub', { latency: ['10ms', '40ms'], loss: 0.01 });
  node.command((machine, now) => machine.connect(now));
  return node;
}

/** Clients that publish at QoS 1, once a second if not told otherwise, from five seconds on, and hear themselves. */
export function activeWorld(
  clients: number,
  transport: TransportName,
  protocolVersion: ProtocolVersion,
  recorder: Recorder,
  deliver: () => void,
  interval: Micros = SECOND,
): Emptiness {
  const made = emptyWorld(transport, recorder);
  const { world } = made;
  for (let i = 0; i < clients; i++) {
    const node = addClient(world, `c${i}`, protocolVersion, deliver);
    const topic = `plant/${i}/temperature`;
    node.command((machine, now) => machine.subscribe(now, { subscriptions: [{ filter: topic, qos: 1 }] }));
    world.simulator.schedule(
      5 * SECOND + Math.floor((i * interval) / clients),
      0,
      new Metronome(world, node, topic, interval),
    );
  }
  return made;
}

export function simulate(
  clients: number,
  seconds: number,
  transport: TransportName,
  protocolVersion: ProtocolVersion = 4,
): Run {
  let delivered = 0;
  const recorder = new Recorder({ level: 'digest', header: HEADER });
  const { world } = activeWorld(clients, transport, protocolVersion, recorder, () => {
    delivered++;
  });
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
  const { world } = emptyWorld(transport);
  const nothing = (): void => {};
  let made = 0;
  const add = (count: number): void => {
    for (let i = 0; i < count; i++) addClient(world, `c${made++}`, 4, nothing);
    world.simulator.run(world.now + 10 * SECOND);
  };
  // The first ones pay for what is made once.
  add(200);
  const before = heldBytes();
  add(clients);
  const bytes = (heldBytes() - before) / clients;
  if (world.debts().length > 0) throw new Error('a client of the bench is not connected');
  return bytes;
}

/** The same of clients that a script has made, with their applications and what their sessions keep on disks. */
async function idleBytesOfStory(clients: number): Promise<number> {
  const weighed: number[] = [];
  const story = scenario('idle clients', {}, async (sim) => {
    const hub = sim.broker('hub');
    let made = 0;
    const add = async (count: number): Promise<void> => {
      const fleet = Array.from({ length: count }, () => sim.client(`c${made++}`));
      for (const client of fleet) sim.link(client, hub, { latency: ['10ms', '40ms'], loss: 0.01 });
      await Promise.all(fleet.map((client) => client.connect(hub)));
    };
    await add(200);
    weighed.push(heldBytes());
    await add(clients);
    weighed.push(heldBytes());
  });
  const { verdict, error } = await run(
    story,
    { level: 'digest', transport: 'ideal', checks: 'none', places: 'none' },
    { yieldToScript: yieldToEventLoop },
  );
  if (verdict !== 'passed') throw new Error(`idle clients of the bench ended ${verdict}: ${error?.message}`);
  return (weighed[1]! - weighed[0]!) / clients;
}

/** How many idle clients are weighed, how many are active, and for how many seconds of virtual time. */
const SIZES = {
  full: { idle: 2_000, active: 1_000, warm: 20, seconds: 60 },
  smoke: { idle: 200, active: 50, warm: 1, seconds: 2 },
};

/** All rows; about half a minute. */
export async function simulationRows(pace: Pace, cal: Cal): Promise<Row[]> {
  const { idle, active, warm, seconds } = SIZES[pace];
  const rows: Row[] = [];
  // Weighed first, while nothing else lies about in the heap.
  for (const transport of ['ideal', 'tcp'] as const) {
    const bytes = idleBytesPerClient(idle, transport);
    rows.push({ what: `idle client, ${transport}`, value: bytes, unit: 'bytes' });
  }
  rows.push({ what: 'idle client of a script, ideal', value: await idleBytesOfStory(idle), unit: 'bytes' });
  const runs = (
    [
      ['ideal', 4],
      ['ideal', 5],
      ['tcp', 4],
    ] as const
  ).map(([transport, version]) => {
    simulate(active, warm, transport, version);
    return { transport, version, run: simulate(active, seconds, transport, version) };
  });
  const nanos = cal.nanos();
  for (const { transport, version, run } of runs) {
    const who = `${active.toLocaleString('en-US')} clients at 1 message/s, ${transport}, ${version === 5 ? '5.0' : '3.1.1'}`;
    rows.push({ what: who, value: run.packetsPerSecond, unit: 'packets/s' });
    rows.push({ what: `${who}, best second`, value: run.bestPacketsPerSecond, unit: 'packets/s' });
    const perPacket = 1e9 / run.packetsPerSecond / nanos;
    // The goal for packets was written for this transport.
    const aim = transport === 'ideal' ? { aim: { row: 4, ...PACKET } } : {};
    rows.push({ what: who, value: perPacket, unit: 'CAL/packet', ...aim });
    const speed = { row: 5, ...REAL_TIME[transport], scaled: atReference(run.speed, nanos) };
    rows.push({ what: who, value: run.speed, unit: 'x real time', aim: speed });
    rows.push({ what: who, value: run.eventsPerPacket, unit: 'events/packet' });
  }
  return rows;
}
