/**
 * Hosted code: MQTT.js and aedes, unmodified, in the simulation, beside the same two in memory without one. Both are measured by what
 * the processor did; the simulation decides when each segment arrives and keeps a digest, and nobody judges.
 */

import { aedes } from '../src/adapters/aedes.ts';
import { mqttjs } from '../src/adapters/mqttjs.ts';
import { runHosted } from '../src/host/run-hosted.ts';
import { type Scenario, type Simulation, scenario } from '../src/index.ts';
import { throughAedes } from './in-memory-peer.ts';
import { beside, cpuMillis, median, type Pace, type Row } from './measure.ts';
import { heldBytes } from './memory.ts';

interface Size {
  readonly messages: number;
  /** Of virtual time. */
  readonly minutes: number;
  readonly rounds: number;
  /** Of virtual time, in which memory is to stay where it is. */
  readonly longMinutes: number;
}

const SIZES: Record<Pace, Size> = {
  full: { messages: 10_000, minutes: 10, rounds: 3, longMinutes: 1_667 },
  smoke: { messages: 200, minutes: 1, rounds: 1, longMinutes: 1 },
};
/** As many as the peer keeps under way. */
const WINDOW = 100;

/** One publisher and one subscriber, as fast as they go. */
const stream = scenario(
  'bench-hosted-stream',
  {
    parameters: {
      qos: { default: 0, values: [0, 1, 2] },
      messages: { default: 200, range: [1, 1_000_000] },
    },
  },
  async (sim, { qos, messages }) => {
    await aedes(sim, 'hub');
    const subscriber = await mqttjs(sim, 'subscriber', 'mqtt://hub', { clientId: 'subscriber' });
    let arrived = 0;
    await subscriber.do((client) => {
      client.on('message', () => arrived++);
      return client.subscribeAsync('bench/topic', { qos });
    });
    const publisher = await mqttjs(sim, 'publisher', 'mqtt://hub', { clientId: 'publisher' });
    await publisher.do(async (client) => {
      const payload = Buffer.alloc(64, 0x61);
      for (let sent = 0; sent < messages; ) {
        const window: Promise<unknown>[] = [];
        for (; window.length < WINDOW && sent < messages; sent++)
          window.push(client.publishAsync('bench/topic', payload, { qos }));
        await Promise.all(window);
      }
    });
    await sim.quiet();
    sim.always(arrived === messages, 'every message arrives');
  },
);

const DEVICES = 10;
const MEGABYTE = 1_000_000;

/**
 * Ten devices that publish once a second at QoS 1, and one that listens to them all.
 *
 * @returns how many of their messages it was handed so far.
 */
async function makePlant(sim: Simulation): Promise<() => number> {
  await aedes(sim, 'hub');
  const desk = await mqttjs(sim, 'desk', 'mqtt://hub', { clientId: 'desk' });
  let arrived = 0;
  await desk.do((client) => {
    client.on('message', () => arrived++);
    return client.subscribeAsync('plant/#', { qos: 1 });
  });
  for (let n = 0; n < DEVICES; n++) {
    const device = await mqttjs(sim, `device-${n}`, 'mqtt://hub', { clientId: `device-${n}` });
    await device.do((client) => {
      setInterval(() => client.publish(`plant/${n}`, 'x'.repeat(64), { qos: 1 }), 1_000);
    });
  }
  return () => arrived;
}

const MINUTES = { parameters: { minutes: { default: 10, range: [1, 100_000] } }, limit: '365d' } as const;

const plant = scenario('bench-hosted-plant', MINUTES, async (sim, { minutes }) => {
  const arrived = await makePlant(sim);
  await sim.sleep(`${minutes}min`);
  sim.always(arrived() > minutes * 60 * (DEVICES - 1), 'what they publish arrives');
});

/** What is in use after each tenth of the time. */
interface Weighing {
  readonly bytes: number[];
  messages: number;
}

const weighedPlant = (weighing: Weighing): Scenario<typeof MINUTES.parameters> =>
  scenario('bench-hosted-weighed-plant', MINUTES, async (sim, { minutes }) => {
    const arrived = await makePlant(sim);
    for (let tenth = 1; tenth <= 10; tenth++) {
      await sim.sleep(`${minutes * 6}s`);
      weighing.bytes.push(heldBytes());
    }
    weighing.messages = arrived();
    sim.always(weighing.messages > minutes * 60 * (DEVICES - 1), 'what they publish arrives');
  });

interface Measured {
  millis: number;
  events: number;
  virtualMicros: number;
}

async function measured(story: unknown, parameters: Record<string, number>): Promise<Measured> {
  const begun = cpuMillis();
  const { verdict, error, events, virtualMicros } = await runHosted(story as Scenario, {
    parameters,
    level: 'digest',
    checks: 'none',
  });
  if (verdict !== 'passed') throw new Error(`the bench ended ${verdict}: ${error?.message}`);
  return { millis: cpuMillis() - begun, events, virtualMicros };
}

/** The one in the middle of a few, after one to warm up. */
async function middle(rounds: number, run: () => Promise<Measured>): Promise<Measured> {
  await run();
  const runs: Measured[] = [];
  for (let round = 0; round < rounds; round++) runs.push(await run());
  return runs.sort((a, b) => a.millis - b.millis)[rounds >> 1]!;
}

async function inMemory(qos: 0 | 1 | 2, { messages, rounds }: Size): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const begun = cpuMillis();
    const count = await throughAedes(qos, messages);
    if (round > 0) rates.push((count * 1000) / (cpuMillis() - begun));
  }
  return median(rates);
}

/** Whether it is flat: the heap when a tenth of the messages has arrived, and beside it when a half has, and all. */
async function memoryRows({ longMinutes: minutes }: Size): Promise<Row[]> {
  const weighing: Weighing = { bytes: [], messages: 0 };
  await measured(weighedPlant(weighing), { minutes });
  const { bytes, messages } = weighing;
  const [first, half, last] = [bytes[0]!, bytes[4]!, bytes[9]!];
  const who = `hosted, ${messages.toLocaleString('en-US')} messages: heap after`;
  return [
    { what: `${who} a tenth`, value: first / MEGABYTE, unit: 'MB' },
    { what: `${who} a half, beside that`, value: half / first, unit: 'x' },
    { what: `${who} all, beside that`, value: last / first, unit: 'x' },
  ];
}

export async function hostedRows(pace: Pace): Promise<Row[]> {
  const size = SIZES[pace];
  const { messages, minutes, rounds } = size;
  const rows: Row[] = [];
  for (const qos of [0, 1, 2] as const) {
    const { millis } = await middle(rounds, () => measured(stream, { qos, messages }));
    const theirs = await inMemory(qos, size);
    const ours = (messages * 1000) / millis;
    rows.push(beside(`hosted, QoS ${qos}`, 'messages/s', ours, 'the same in memory', theirs));
  }
  const { millis, events, virtualMicros } = await middle(rounds, () => measured(plant, { minutes }));
  const who = `hosted, ${DEVICES} clients at 1 message/s`;
  rows.push({ what: who, value: (DEVICES * minutes * 60 * 1000) / millis, unit: 'messages/s' });
  rows.push({ what: who, value: (events * 1000) / millis, unit: 'events/s' });
  rows.push({ what: who, value: virtualMicros / 1000 / millis, unit: 'x real time' });
  rows.push({ what: who, value: virtualMicros / 3_600_000 / millis, unit: 'hours/s' });
  rows.push(...(await memoryRows(size)));
  return rows;
}
