import mqttPacket from 'mqtt-packet';
import { decode, encode, type Packet, type ProtocolVersion } from '../src/mqtt/codec/index.ts';
import { beside, cpuMillis, median, type Pace, type Row } from './measure.ts';

const ROUNDS: Record<Pace, number> = { full: 9, smoke: 1 };
const ROUND_MILLIS: Record<Pace, number> = { full: 60, smoke: 2 };
/** Times mqtt-packet. */
const AIMS: Partial<Record<Packet['type'], { floor: number; goal: number }>> = {
  publish: { floor: 5, goal: 10 },
  puback: { floor: 20, goal: 90 },
};

/** Packets of a contest, over and over. A power of two. */
const PACKETS = 256;
/** So many between two looks at the clock. */
const STRETCH = 16 * PACKETS;

/**
 * Does so many packets, one after the other, in a loop of its own, and gives back what came of the last: a loop for all, which calls what it is given for
 * each packet, took a third of the time of the shortest ones.
 */
type Contestant = (count: number) => unknown;

/** Packets a second of the processor, in a round of fixed time. */
function round(contestant: Contestant, millis: number): number {
  let packets = 0;
  const start = performance.now();
  const begun = cpuMillis();
  while (performance.now() - start < millis) {
    if (contestant(STRETCH) === undefined) throw new Error('nothing came of a packet');
    packets += STRETCH;
  }
  return (packets * 1000) / (cpuMillis() - begun);
}

/** Rounds alternate between the two, so that a noisy neighbour meets both. */
function compare(what: string, pace: Pace, ours: Contestant, theirs: Contestant): Row {
  const millis = ROUND_MILLIS[pace];
  round(ours, millis);
  round(theirs, millis);
  const oursRates: number[] = [];
  const theirRates: number[] = [];
  for (let i = 0; i < ROUNDS[pace]; i++) {
    oursRates.push(round(ours, millis));
    theirRates.push(round(theirs, millis));
  }
  return beside(what, 'packets/s', median(oursRates), 'mqtt-packet', median(theirRates));
}

/** A PUBLISH whose topic and Packet Identifier change, as they do on a wire. */
function publishes(version: ProtocolVersion): Packet[] {
  return Array.from({ length: PACKETS }, (_, i) => ({
    type: 'publish',
    topic: `plant/${i % 64}/temperature`,
    payload: new Uint8Array(64).fill(i),
    qos: 1,
    retain: false,
    dup: false,
    packetId: i + 1,
    ...(version === 5 && i % 4 === 0 ? { properties: { messageExpiryInterval: 60 } } : {}),
  }));
}

function pubacks(version: ProtocolVersion): Packet[] {
  return Array.from({ length: PACKETS }, (_, i) => ({
    type: 'puback',
    packetId: i + 1,
    ...(version === 5 ? { reasonCode: 0 } : {}),
  }));
}

function compareVersion(name: string, packets: Packet[], version: ProtocolVersion, pace: Pace): Row[] {
  const theirs = packets.map((packet) => {
    const { type, packetId, payload, ...rest } = packet as Packet & {
      packetId: number;
      payload?: Uint8Array;
    };
    const body = payload === undefined ? {} : { payload: Buffer.from(payload) };
    return { cmd: type, messageId: packetId, ...rest, ...body } as unknown as mqttPacket.Packet;
  });
  const bytes = packets.map((packet) => encode(packet, version));
  const buffers = bytes.map((one) => Buffer.from(one));
  const options = { protocolVersion: version };
  const parser = mqttPacket.parser(options);
  const aim = AIMS[packets[0]!.type]!;
  return [
    compare(
      `encode ${name}, version ${version}`,
      pace,
      (count) => {
        let last: unknown;
        for (let i = 0; i < count; i++) last = encode(packets[i & (PACKETS - 1)]!, version);
        return last;
      },
      (count) => {
        let last: unknown;
        for (let i = 0; i < count; i++) last = mqttPacket.generate(theirs[i & (PACKETS - 1)]!, options);
        return last;
      },
    ),
    compare(
      `decode ${name}, version ${version}`,
      pace,
      (count) => {
        let last: unknown;
        for (let i = 0; i < count; i++) last = decode(bytes[i & (PACKETS - 1)]!, version);
        return last;
      },
      (count) => {
        let last: unknown;
        for (let i = 0; i < count; i++) last = parser.parse(buffers[i & (PACKETS - 1)]!);
        return last;
      },
    ),
  ].map((row) => ({ ...row, aim: { row: 10, ...aim, of: 'ratio' } }));
}

/** Row 10 of the goals: encoding and decoding beside mqtt-packet. */
export function codecRows(pace: Pace): Row[] {
  return ([4, 5] as const).flatMap((version) => [
    ...compareVersion('PUBLISH 64 B', publishes(version), version, pace),
    ...compareVersion('PUBACK', pubacks(version), version, pace),
  ]);
}
