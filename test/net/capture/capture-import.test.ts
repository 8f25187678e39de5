/** From captures to traces: our own, those made by hand in every form, and one of mosquitto on this machine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import mqtt from 'mqtt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encode } from '../../../src/mqtt/codec/encode.ts';
import { CaptureError } from '../../../src/net/capture/capture-error.ts';
import { CaptureImport, type ImportSummary } from '../../../src/net/capture/capture-import.ts';
import { run } from '../../../src/runner/run.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import type { TraceEvent } from '../../../src/trace/event.ts';
import { pcapngOf } from '../../../src/trace/pcapng.ts';
import { Recorder } from '../../../src/trace/recorder.ts';
import { program, repository } from '../../programs.ts';
import { publish } from '../../trace/stage.ts';
import { servers } from '../servers.ts';
import { connectPacket, directory, heard } from '../stage.ts';
import {
  captureOf,
  framed,
  ipPacket,
  LINK_TYPES,
  type Link,
  type TestFrame,
  type TestSegment,
  type Writing,
} from './frames.ts';

interface Imported {
  events: TraceEvent[];
  summary: ImportSummary;
}

function imported(capture: Uint8Array, ports: readonly number[] = [1883], piece = 1 << 16): Imported {
  const events: TraceEvent[] = [];
  const header = {
    amber: 'test',
    scenario: 'amber import',
    seed: '-',
    parameters: {},
    vantage: 'wire',
  } as const;
  const recorder = new Recorder({ level: 'packets', header, onEvent: (event) => events.push(event) });
  const reader = new CaptureImport(recorder, new Set(ports));
  for (let at = 0; at < capture.length; at += piece) reader.push(capture.slice(at, at + piece));
  return { events, summary: reader.finish() };
}

/** Who sent what, in order. */
const sentIn = (events: readonly TraceEvent[]) =>
  events.flatMap((event) =>
    event.k === 'packet.sent' ? [{ n: event.n, bytes: Buffer.from(event.bytes).toString('hex') }] : [],
  );

describe('a simulated run that is exported and imported', () => {
  it.each([
    ['flapping-uplink', 1883],
    ['last-will', 1883],
    ['topic-aliases', 1883],
    ['websocket', 80],
  ])('has every packet of %s, with its sender, its connection and its time', async (name, port) => {
    const { default: story } = (await import(join(repository, 'sims', `${name}.ts`))) as {
      default: Scenario;
    };
    const events: TraceEvent[] = [];
    await run(
      story,
      { seed: 7, level: 'packets', checks: 'none', onEvent: (event) => events.push(event) },
      { yieldToScript: () => new Promise<void>((resolve) => setImmediate(resolve)) },
    );
    const over = new Set(
      events.flatMap((e) => (e.k === 'conn.dialled' && e.over !== undefined ? [e.conn] : [])),
    );
    const here = events.filter((event) => !('conn' in event) || over.has(event.conn) === (port === 80));
    const { events: found, summary } = imported(pcapngOf(here), [port]);
    expect(summary.complaints).toEqual([]);
    const brokers = new Set(
      events.flatMap((e) => (e.k === 'node.added' && e.role === 'broker' ? [e.n] : [])),
    );
    const expected = here.flatMap((event) => (event.k === 'packet.sent' ? [event] : []));
    const came = found.flatMap((event) => (event.k === 'packet.sent' ? [event] : []));
    expect(came.length).toBeGreaterThan(10);
    // What shares a frame or a moment may be told in another order on several connections.
    const lines = (list: typeof came, offset: number) =>
      list
        .map(
          ({ t, n, bytes }) =>
            `${t - offset} ${brokers.has(n) || n === 'broker'} ${Buffer.from(bytes).toString('hex')}`,
        )
        .sort();
    expect(lines(came, came[0]!.t)).toEqual(lines(expected, expected[0]!.t));
  });
});

/** A conversation of two packets each way, as segments: SYN, data cut anywhere, FIN. */
const SAID = {
  up: [
    encode(connectPacket('field'), 4),
    encode(publish('a/b', 'x'.repeat(300), 1, 1), 4),
    encode({ type: 'disconnect' }, 4),
  ],
  down: [
    encode({ type: 'connack', sessionPresent: false, reasonCode: 0 }, 4),
    encode({ type: 'puback', packetId: 1 }, 4),
  ],
};
const UP_ISN = 0xffff_ff80;
const DOWN_ISN = 5;

function conversation({ ip = 4 as 4 | 6, port = 1883, client = 1 } = {}): TestSegment[] {
  const up = { ip, from: client, to: 2, fromPort: 40_000, toPort: port };
  const down = { ip, from: 2, to: client, fromPort: port, toPort: 40_000 };
  let upNext = UP_ISN + 1;
  let downNext = DOWN_ISN + 1;
  const segments: TestSegment[] = [
    { ...up, sequence: UP_ISN, flags: 'S' },
    { ...down, sequence: DOWN_ISN, acknowledged: upNext, flags: 'S' },
    { ...up, sequence: upNext, acknowledged: downNext },
  ];
  const say = (isUp: boolean, payload: Uint8Array) => {
    segments.push(
      isUp
        ? { ...up, sequence: upNext, acknowledged: downNext, payload }
        : { ...down, sequence: downNext, acknowledged: upNext, payload },
    );
    if (isUp) upNext += payload.length;
    else downNext += payload.length;
  };
  say(true, SAID.up[0]!);
  say(false, SAID.down[0]!);
  for (let at = 0; at < SAID.up[1]!.length; at += 100) say(true, SAID.up[1]!.subarray(at, at + 100));
  say(false, SAID.down[1]!);
  say(true, SAID.up[2]!);
  segments.push({ ...up, sequence: upNext, acknowledged: downNext, flags: 'F' });
  segments.push({ ...down, sequence: downNext, acknowledged: upNext + 1, flags: 'F' });
  segments.push({ ...up, sequence: upNext + 1, acknowledged: downNext + 1 });
  return segments;
}

const PLAIN: Writing = { format: 'pcapng', littleEndian: true, nanos: false, link: 1 };

function captured(
  segments: readonly TestSegment[],
  writing: Writing = PLAIN,
  link: Link = 'ethernet',
): Uint8Array {
  const frames = segments.map(
    (segment, at): TestFrame => ({
      time: 1_700_000_000_000_000 + at * 1000,
      bytes: framed(ipPacket(segment), link),
    }),
  );
  return captureOf(frames, { ...writing, link: LINK_TYPES[link] });
}

const WHOLE = sentIn(imported(captured(conversation())).events);

describe('a capture', () => {
  it('becomes the trace of a tap: nodes by Client Identifier, packets sent and received, both ends', () => {
    const { events, summary } = imported(captured(conversation()));
    expect(summary).toMatchObject({
      connections: 1,
      packets: 5,
      complained: 0,
      began: 1_700_000_000_000_000,
    });
    expect(WHOLE.map(({ n, bytes }) => `${n} ${bytes.slice(0, 1)}`)).toEqual([
      ...['field 1', 'broker 2', 'field 3', 'broker 4', 'field e'],
    ]);
    expect(events.filter(({ k }) => k === 'conn.ended')).toMatchObject([
      { n: 'field', end: 'closed' },
      { n: 'broker', end: 'finished' },
    ]);
  });

  it.each(
    (['pcap', 'pcapng'] as const).flatMap((format) =>
      [true, false].flatMap((littleEndian) =>
        [true, false].map((nanos) => ({ format, littleEndian, nanos, link: 1 })),
      ),
    ),
  )('may be $format, little-endian $littleEndian, in nanoseconds $nanos', (writing) => {
    for (const piece of [1, 7, 1 << 16]) {
      const { events } = imported(captured(conversation(), writing), [1883], piece);
      expect(sentIn(events)).toEqual(WHOLE);
      expect(events.findLast(({ k }) => k === 'packet.sent')!.t).toBe(10_000);
    }
  });

  it.each(Object.keys(LINK_TYPES) as Link[])('may be of a link of kind %s, with IPv4 and IPv6', (link) => {
    for (const ip of [4, 6] as const) {
      expect(sentIn(imported(captured(conversation({ ip }), PLAIN, link)).events)).toEqual(WHOLE);
    }
  });

  it('may have segments repeated, cut anew, and out of order', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (chance) => {
        const draw = (below: number) => chance.next().value! % below;
        const segments = conversation().slice(0, -3);
        for (let times = 0; times < 12; times++) {
          const at = 3 + draw(segments.length - 3);
          const chosen = segments[at]!;
          const payload = chosen.payload ?? new Uint8Array(0);
          const cut = draw(payload.length + 1);
          // A retransmission of a part, or the whole, now or later; or a neighbour that overtakes.
          if (draw(2) === 0)
            segments.splice(at + draw(segments.length - at + 1), 0, {
              ...chosen,
              sequence: chosen.sequence + cut,
              payload: payload.subarray(cut),
            });
          else if (at > 4) segments.splice(at - 1, 2, chosen, segments[at - 1]!);
        }
        // The beginning is where it was: without CONNECT nothing can be read.
        const end = conversation().slice(-3);
        const found = sentIn(
          imported(captured([...conversation().slice(0, 4), ...segments.slice(3), ...end])).events,
        );
        const by = (name: string) => (list: typeof found) => list.filter(({ n }) => n === name);
        expect(by('field')(found)).toEqual(by('field')(WHOLE));
        expect(by('broker')(found)).toEqual(by('broker')(WHOLE));
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  it('may begin after the SYN, as long as it has the CONNECT', () => {
    expect(sentIn(imported(captured(conversation().slice(3))).events)).toEqual(WHOLE);
  });

  it('says which bytes it has not got, and leaves out what follows them', () => {
    const segments = conversation();
    const lost = segments.findIndex(({ payload }) => payload?.length === 100);
    const { events, summary } = imported(captured(segments.toSpliced(lost, 1)));
    const reason =
      '100 B of what the client sent are missing from the capture, and what follows them is left out';
    expect(summary.complaints).toEqual([`the connection of 10.0.0.1:40000 to 10.0.0.2:1883: ${reason}`]);
    expect(events.find((event) => event.k === 'packet.sent' && event.malformed !== undefined)).toMatchObject({
      n: 'field',
      malformed: reason,
    });
    expect(sentIn(events).filter(({ n, bytes }) => n === 'broker' && bytes !== '')).toHaveLength(2);
  });

  it('says so when it begins in the middle of a connection, or has one that is encrypted', () => {
    const later = imported(captured(conversation().slice(6))).summary;
    expect(later.complaints.join()).toContain('its beginning is not in the capture');
    const tls = conversation().map((segment, at) =>
      at === 3 ? { ...segment, payload: Uint8Array.of(0x16, 3, 1) } : segment,
    );
    expect(imported(captured(tls)).summary.complaints.join()).toContain('it is encrypted with TLS');
  });

  it('keeps connections and brokers apart, and a port that is used again', () => {
    const twice = [
      ...conversation(),
      ...conversation().map((each) => ({
        ...each,
        sequence: each.sequence + 1000,
        ...(each.acknowledged === undefined ? {} : { acknowledged: each.acknowledged + 1000 }),
      })),
    ];
    const { events, summary } = imported(captured(twice));
    expect(summary).toMatchObject({ connections: 2, packets: 10, complained: 0 });
    expect(new Set(events.flatMap((e) => (e.k === 'packet.sent' ? [e.conn] : [])))).toEqual(
      new Set(['field>broker#1', 'field>broker#2']),
    );
    const other = conversation().map((each) => (each.to === 2 ? { ...each, to: 3 } : { ...each, from: 3 }));
    const both = imported(captured([...conversation(), ...other]));
    expect(both.events.filter((e) => e.k === 'node.added').map(({ n }) => n)).toEqual([
      ...['broker', 'field', 'broker 10.0.0.3:1883'],
    ]);
  });

  it('ends with one line when it is none, is damaged or cut off, whatever its bytes', () => {
    const whole = captured(conversation());
    const pcap = captured(conversation(), { ...PLAIN, format: 'pcap' });
    fc.assert(
      fc.property(
        fc.constantFrom(whole, pcap),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 }),
        fc.nat(),
        fc.integer({ min: 1, max: 5000 }),
        (bytes, changes, end, piece) => {
          const capture = bytes.slice(0, end % 3 === 0 ? end % bytes.length : bytes.length);
          for (const [at, value] of changes) if (capture.length > 0) capture[at % capture.length] = value;
          try {
            imported(capture, [1883], piece);
          } catch (error) {
            expect(error).toBeInstanceOf(CaptureError);
            expect((error as Error).message).not.toContain('\n');
          }
        },
      ),
      { seed: 4, numRuns: 3000 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        expect(() => imported(noise)).toThrow(CaptureError);
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});

const dumpcap = program('tshark') === undefined ? undefined : join(dirname(program('tshark')!), 'dumpcap');
const mosquitto = servers.mosquitto;

describe.skipIf(dumpcap === undefined || !existsSync(dumpcap) || mosquitto === undefined)(
  'what dumpcap sees of mosquitto',
  () => {
    it('is what its clients said and heard', async ({ skip }) => {
      const address = new URL((await mosquitto!()).tcp);
      const path = join(directory(), 'lo.pcapng');
      const child = spawn(dumpcap!, ['-q', '-i', 'lo', '-f', `tcp port ${address.port}`, '-w', path]);
      onTestFinished(() => void child.kill('SIGKILL'));
      let said = '';
      child.stderr.on('data', (data) => {
        said += data;
      });
      while (!said.includes('File:')) {
        if (child.exitCode !== null) return skip(`dumpcap may not capture here: ${said}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const client = mqtt.connect(address.href, {
        clientId: 'field',
        reconnectPeriod: 0,
        protocolVersion: 5,
      });
      onTestFinished(() => client.endAsync(true));
      await heard(client, 'connect');
      await client.subscribeAsync('a/#', { qos: 2 });
      const got = heard(client, 'message');
      await client.publishAsync('a/b', 'x'.repeat(100_000), { qos: 2 });
      await got;
      await client.endAsync();
      // The capture is written when the kernel hands it over.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      child.kill('SIGINT');
      await once(child, 'close');
      const { events, summary } = imported(Uint8Array.from(readFileSync(path)), [Number(address.port)]);
      expect(summary.complaints).toEqual([]);
      const types = (name: string) =>
        sentIn(events)
          .flatMap(({ n, bytes }) => (n === name ? [bytes[0]!] : []))
          .sort();
      expect(types('field')).toEqual(['1', '3', '5', '6', '7', '8', 'e']);
      expect(types('broker')).toEqual(['2', '3', '5', '6', '7', '9']);
    });
  },
);
