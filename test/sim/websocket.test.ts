import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/scenario/errors.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';
import { pubrel } from '../../src/sim/rule.ts';
import type { WebSocketSettings } from '../../src/sim/websocket-carriage.ts';
import { packetOf } from '../../src/trace/describe.ts';
import { digestOf } from '../../src/trace/digest.ts';
import type { TraceEvent, WebSocketSent } from '../../src/trace/event.ts';
import { CLOSE, encodeFrame, PING, readHeader, TEXT } from '../../src/websocket/frame.ts';
import { answerTo } from '../../src/websocket/upgrade.ts';
import { told } from '../scenario/told.ts';
import { ascii } from '../websocket/bytes.ts';

const TCP = { transport: 'tcp' } as const;
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

function upgrade(subprotocol = 'mqtt', key = KEY): Uint8Array {
  const lines = [
    'GET / HTTP/1.1',
    'Host: hub',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Protocol: ${subprotocol}`,
  ];
  return ascii(`${lines.join('\r\n')}\r\n\r\n`);
}

function of<K extends TraceEvent['k']>(trace: readonly TraceEvent[], kind: K): (TraceEvent & { k: K })[] {
  return trace.filter((event): event is TraceEvent & { k: K } => event.k === kind);
}

/** Frames from one node, with the payload bytes of each and the packets that end in it. */
function frames(
  trace: readonly TraceEvent[],
  node: string,
): { frame: WebSocketSent; packets: string[]; length: number }[] {
  return of(trace, 'websocket.sent')
    .filter(({ n, what }) => n === node && what === 'binary')
    .map((frame) => ({
      frame,
      length: readHeader(frame.bytes)!.length,
      packets: of(trace, 'packet.sent').flatMap((sent) =>
        sent.c === frame.i ? [packetOf(sent)?.type ?? '?'] : [],
      ),
    }));
}

/** Two clients over WebSocket and TCP talk through one hub, at QoS 2 both ways. */
const conversation =
  (websocket: boolean | WebSocketSettings, more: object = {}) =>
  async (sim: Simulation): Promise<void> => {
    const hub = sim.broker('hub');
    const durable = { cleanStart: false, sessionExpiry: '1h' } as const;
    const page = sim.client('page', durable);
    const sensor = sim.client('sensor', durable);
    sim.link(page, hub, { latency: '20ms', ...more, websocket });
    sim.link(sensor, hub, { latency: '5ms' });
    await page.connect(hub);
    await page.subscribe('up/#', { qos: 2 });
    await sensor.connect(hub);
    await sensor.subscribe('down/#', { qos: 2 });
    for (let i = 0; i < 20; i++) {
      sensor.publish('up/x', `${i}`.padStart(3 * i, '.'), { qos: 2 });
      page.publish('down/x', `${i}`.padStart(3 * i, '.'), { qos: 2 });
      page.publish('down/y', 'twice at once', { qos: 1 });
      await sim.sleep('300ms');
    }
    await sim.quiet();
    sim.always(page.received.length === 20, 'the page has all');
    sim.always(sensor.received.length >= 40, 'the sensor has all');
  };

describe('MQTT over WebSocket in the simulation', () => {
  it.each([
    ['one packet a frame', true, TCP],
    ['packets over frames of 7 bytes', { bytesPerFrame: 7 }, TCP],
    ['frames of one byte', { bytesPerFrame: 1 }, TCP],
    ['several packets a frame', { packetsPerFrame: 8 }, TCP],
    ['several packets over frames of 30 bytes', { packetsPerFrame: 8, bytesPerFrame: 30 }, TCP],
    ['one packet a frame over an ordered pipe', true, { transport: 'ideal' as const }],
  ])(
    'delivers the same with %s [3.1.1/MQTT-6.0.0-2] [5.0/MQTT-6.0.0-2]',
    async (_what, websocket, options) => {
      const { verdict, asserts, error } = await told(conversation(websocket), { seed: 5, ...options });
      expect(error).toBeUndefined();
      expect(verdict).toBe('passed');
      expect(asserts.every(({ held, evaluated }) => held === evaluated)).toBe(true);
    },
  );

  it('delivers the same over TCP that loses a tenth', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const script = conversation({ packetsPerFrame: 4, bytesPerFrame: 25 }, { loss: 0.1 });
      const { verdict, error, trace } = await told(script, { seed, level: 'full', ...TCP });
      expect([verdict, error]).toEqual(['passed', undefined]);
      expect(of(trace, 'segment.lost').length).toBeGreaterThan(5);
    }
  });

  it('tells the upgrade before the first packet, and through which frames each packet went', async () => {
    const { trace } = await told(conversation({ packetsPerFrame: 2, bytesPerFrame: 40 }), {
      seed: 5,
      ...TCP,
    });
    const [request, response] = of(trace, 'websocket.sent');
    expect([request!.n, request!.what, response!.n, response!.what]).toEqual([
      'page',
      'request',
      'hub',
      'response',
    ]);
    expect(String.fromCharCode(...request!.bytes)).toMatch(
      /^GET \/mqtt HTTP\/1\.1\r\nHost: hub\r\n[\s\S]+\r\n\r\n$/,
    );
    const sent = frames(trace, 'page');
    expect(sent[0]!.packets).toEqual(['connect']);
    expect(
      sent.some(({ packets }) => packets.length === 2),
      'two packets in one frame',
    ).toBe(true);
    expect(
      sent.some(({ packets, length }) => packets.length === 0 && length === 40),
      'a packet goes on',
    ).toBe(true);
    expect(Math.max(...sent.map(({ length }) => length))).toBe(40);
    expect(sent.every(({ frame }) => readHeader(frame.bytes)!.mask !== undefined)).toBe(true);
    expect(frames(trace, 'hub').every(({ frame }) => readHeader(frame.bytes)!.mask === undefined)).toBe(true);
    const dialled = of(trace, 'conn.dialled').map(({ conn, over }) => [conn, over]);
    expect(dialled).toEqual([
      ['page>hub#1', 'websocket'],
      ['sensor>hub#1', undefined],
    ]);
  });

  it('receives each packet and frame once, or tells that it is lost', async () => {
    const { trace } = await told(conversation({ bytesPerFrame: 9 }), { seed: 2, ...TCP });
    for (const family of ['packet', 'websocket'] as const) {
      const sent = of(trace, `${family}.sent`).map(({ i }) => i);
      const ends = [...of(trace, `${family}.received`), ...of(trace, `${family}.lost`)].map(
        (event) => event.of,
      );
      expect(
        ends.sort((a, b) => a - b),
        family,
      ).toEqual(sent);
    }
  });

  it('has the same digest each time, at every level and from the file; frames are in it', async () => {
    const script = conversation({ packetsPerFrame: 3 });
    const first = await told(script, { seed: 9, ...TCP });
    const again = await told(script, { seed: 9, level: 'digest', checks: 'none', ...TCP });
    const full = await told(script, { seed: 9, level: 'full', ...TCP });
    expect([again.digest, full.digest, digestOf(first.trace)]).toEqual([
      first.digest,
      first.digest,
      first.digest,
    ]);
    const masks = (trace: readonly TraceEvent[]) =>
      frames(trace, 'page').map(({ frame }) => readHeader(frame.bytes)!.mask);
    const other = await told(script, { seed: 10, ...TCP });
    expect(masks(other.trace)).not.toEqual(masks(first.trace));
    expect(masks(full.trace)).toEqual(masks(first.trace));
    const tampered = first.trace.map((event) =>
      event.k === 'websocket.sent' && event.what === 'binary'
        ? { ...event, bytes: event.bytes.slice().fill(0, 2, 6) }
        : event,
    );
    expect(digestOf(tampered)).not.toBe(first.digest);
  });

  it('lets rules of a link see packets through frames: a cut at PUBREL and still exactly once', async () => {
    for (const verdict of ['drop', 'reset-before', 'reset-after'] as const) {
      const { verdict: outcome, trace } = await told(
        async (sim) => {
          const hub = sim.broker('hub');
          const page = sim.client('page', { cleanStart: false, sessionExpiry: '1h' });
          const uplink = sim.link(page, hub, { latency: '10ms', websocket: { bytesPerFrame: 3 } });
          uplink.on(pubrel(), verdict);
          await page.connect(hub);
          await page.subscribe('x', { qos: 2 });
          await page.publish('x', 'once', { qos: 2 });
          await sim.quiet();
          sim.always(page.received.length === 1, 'once');
        },
        { seed: 1, ...TCP },
      );
      expect(outcome, verdict).toBe('passed');
      const [fault] = of(trace, 'fault.began');
      expect(fault).toMatchObject({ family: 'rule', detail: { packet: 'pubrel', verdict } });
    }
  });

  it('survives a crash, a power cut, a partition and resets while frames are half sent', async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const { verdict, error, trace } = await told(
        async (sim) => {
          const hub = sim.broker('hub');
          const durable = {
            cleanStart: false,
            sessionExpiry: '1h',
            reconnect: { initial: '100ms' },
          } as const;
          const page = sim.client('page', durable);
          const screen = sim.client('screen', durable);
          const websocket = { packetsPerFrame: 3, bytesPerFrame: 5_000 };
          const uplink = sim.link(page, hub, { latency: ['5ms', '40ms'], rate: 400_000, websocket });
          sim.link(screen, hub, { latency: '5ms', websocket: true });
          await screen.connect(hub);
          await screen.subscribe('#', { qos: 2 });
          await page.connect(hub);
          sim.at('1.13s', () => uplink.reset());
          sim.at('2.51s', () => hub.crash({ for: '300ms' }));
          sim.at('4.02s', () => uplink.partition({ for: '2s' }));
          sim.at('7.31s', () => page.crash({ for: '200ms' }));
          sim.at('8.77s', () => hub.powerCut({ for: '300ms' }));
          for (let i = 1; i <= 50; i++) {
            page.publish('x', `${i}`.padStart(3_000, '.'), { qos: 2 });
            await sim.sleep('200ms');
          }
          await sim.quiet();
        },
        { seed, ...TCP },
      );
      expect([seed, verdict, error]).toEqual([seed, 'passed', undefined]);
      expect(of(trace, 'websocket.lost').length, `seed ${seed}: frames were lost`).toBeGreaterThan(0);
      expect(of(trace, 'app.delivered').length).toBeGreaterThan(30);
    }
  });

  it('refuses a client whose subprotocol is not of MQTT [3.1.1/MQTT-6.0.0-3]', async () => {
    const { trace } = await told(async (sim) => {
      const hub = sim.broker('hub');
      const page = sim.client('page', { reconnect: 'off' });
      sim.link(page, hub, { websocket: { subprotocol: 'chat' } });
      await expect(page.connect(hub)).rejects.toThrow(CallError);
    }, TCP);
    const response = of(trace, 'websocket.sent').find(({ what }) => what === 'response')!;
    expect(String.fromCharCode(...response.bytes)).toMatch(/^HTTP\/1\.1 400 /);
    expect(of(trace, 'packet.sent')).toEqual([]);
  });

  it('speaks the subprotocols of older clients', async () => {
    const { verdict } = await told(conversation({ subprotocol: 'mqttv3.1' }), { seed: 5, ...TCP });
    expect(verdict).toBe('passed');
  });

  const mask = Uint8Array.of(1, 2, 3, 4);
  const bad: readonly (readonly [string, number, string, Uint8Array])[] = [
    [
      'a text frame [3.1.1/MQTT-6.0.0-1]',
      1003,
      'text',
      encodeFrame({ opcode: TEXT, payload: ascii('hello'), mask }),
    ],
    ['an unmasked frame', 1002, 'ping', encodeFrame({ opcode: PING, payload: ascii('x') })],
    ['an oversized ping', 1002, 'ping', encodeFrame({ opcode: PING, payload: new Uint8Array(200), mask })],
    [
      'a Close frame with a forbidden code',
      1002,
      'close',
      encodeFrame({ opcode: CLOSE, payload: Uint8Array.of(3, 237), mask }),
    ],
  ];
  it.each(bad)('closes after %s with %d, and nobody else notices', async (_title, code, what, bytes) => {
    let answer = new Uint8Array(0);
    const { verdict, trace } = await told(async (sim) => {
      const hub = sim.broker('hub');
      const good = sim.client('good');
      const peer = sim.peer('peer');
      sim.link(good, hub, { websocket: true });
      sim.link(peer, hub, { websocket: true });
      await good.connect(hub);
      const wire = peer.dial(hub);
      await wire.opened();
      wire.send(upgrade());
      const response = await wire.read();
      expect(String.fromCharCode(...response)).toContain(
        'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
      );
      wire.send(bytes);
      answer = (await wire.read()).slice();
      expect(await wire.ended()).toBe('finished');
      await good.publish('still', 'here', { qos: 1 });
      await sim.quiet();
    }, TCP);
    expect(verdict).toBe('passed');
    expect([answer[0], answer[2]! * 256 + answer[3]!]).toEqual([0x88, code]);
    const [, sent] = of(trace, 'websocket.sent').filter(({ n }) => n === 'peer');
    expect([sent!.what, sent!.bytes]).toEqual([what, bytes]);
  });

  it('leaves a server that shakes hands wrongly, and one that masks', async () => {
    const { trace, verdict } = await told(async (sim) => {
      const server = sim.peer('server');
      server.listen();
      const page = sim.client('page', { reconnect: 'off' });
      sim.link(page, server, { websocket: true });
      const refused = expect(page.connect('server')).rejects.toThrow(CallError);
      const first = await server.accept();
      await first.read();
      first.send(answerTo(upgrade()).bytes);
      await first.ended();
      await refused;

      const failed = expect(page.connect('server')).rejects.toThrow(CallError);
      const second = await server.accept();
      const key = /Sec-WebSocket-Key: (.*)\r/.exec(String.fromCharCode(...(await second.read())))![1]!;
      second.send(answerTo(upgrade('mqtt', key)).bytes);
      await second.read();
      second.send(encodeFrame({ opcode: PING, payload: ascii('x'), mask }));
      const close = await second.read();
      expect([close[0], readHeader(close)!.mask === undefined]).toEqual([0x88, false]);
      await second.ended();
      await failed;
    }, TCP);
    expect(verdict).toBe('passed');
    expect(of(trace, 'packet.sent').map(({ conn }) => conn)).toEqual(['page>server#2']);
  });

  it('stands any bytes from a peer, in the handshake and behind it', async () => {
    const { verdict, error, trace } = await told(
      async (sim) => {
        const hub = sim.broker('hub');
        const peer = sim.peer('peer');
        sim.link(peer, hub, { websocket: true });
        const whole = (below: number): number => Math.floor(sim.random() * below);
        for (let i = 0; i < 300; i++) {
          const wire = peer.dial(hub);
          await wire.opened();
          if (i % 4 > 0) wire.send(upgrade());
          const bytes = Uint8Array.from({ length: 1 + whole(60) }, () => whole(256));
          // Mostly a header that is nearly right.
          if (i % 4 > 1) bytes.set([0x80 + whole(16), 0x80 + whole(128)].slice(0, bytes.length));
          for (let at = 0; at < bytes.length; at += 7) wire.send(bytes.subarray(at, at + 7));
          await sim.sleep('20ms');
          if (i % 3 === 0) wire.abort();
          else if (i % 3 === 1) wire.finish();
        }
        await sim.sleep('30s');
        const good = sim.client('good');
        sim.link(good, hub, { websocket: true });
        await good.connect(hub);
        sim.always(hub.restarts === 0, 'nobody notices');
      },
      { seed: 21, ...TCP },
    );
    expect([verdict, error]).toEqual(['passed', undefined]);
    const kinds = new Set(of(trace, 'websocket.sent').map(({ what }) => what));
    expect(kinds.size).toBeGreaterThan(6);
  });

  it('answers what is no HTTP at all with 400, and lets go of who never asks', async () => {
    const { trace } = await told(async (sim) => {
      const hub = sim.broker('hub');
      const peer = sim.peer('peer');
      sim.link(peer, hub, { websocket: true });
      const plain = peer.dial(hub);
      await plain.opened();
      plain.send({ type: 'pingreq' });
      expect(String.fromCharCode(...(await plain.read()))).toMatch(/^HTTP\/1\.1 400 /);
      const silent = peer.dial(hub);
      await silent.opened();
      const asked = sim.now;
      await silent.ended();
      expect(sim.now - asked).toBeGreaterThan(9_000_000);
      expect(sim.now - asked).toBeLessThan(11_000_000);
    }, TCP);
    expect(of(trace, 'websocket.sent')[0]!.malformed).toBe('the bytes are no HTTP');
  });

  it('goes on without the answer to a Close frame that never comes', async () => {
    let waited = 0;
    const { trace, verdict } = await told(async (sim) => {
      const hub = sim.broker('hub');
      const peer = sim.peer('peer');
      sim.link(peer, hub, { websocket: true });
      const wire = peer.dial(hub);
      await wire.opened();
      wire.send(upgrade());
      await wire.read();
      // A packet of a reserved type: the broker closes, in order.
      wire.send(encodeFrame({ opcode: 2, payload: Uint8Array.of(0x00, 0), mask }));
      const asked = sim.now;
      await wire.ended();
      waited = sim.now - asked;
    }, TCP);
    expect(verdict).toBe('passed');
    expect(waited).toBeGreaterThan(5_000_000);
    expect(waited).toBeLessThan(5_100_000);
    expect(of(trace, 'conn.ended').map(({ n }) => n)).toEqual(['hub', 'peer']);
  });

  it('refuses options that mean nothing', async () => {
    const wrong = async (websocket: object): Promise<string> => {
      const { error } = await told((sim) => {
        sim.link(sim.client('a'), sim.broker('b'), { websocket });
      });
      return error?.message ?? '';
    };
    expect(await wrong({ frame: 3 })).toContain("has no option 'frame'");
    expect(await wrong({ bytesPerFrame: 0 })).toContain(
      'bytesPerFrame of link a~b must be a whole number from 1',
    );
    expect(await wrong({ packetsPerFrame: 1.5 })).toContain('packetsPerFrame');
    expect(await wrong({ path: 'mqtt' })).toContain("must begin with '/'");
    expect(await wrong({ subprotocol: 'a b' })).toContain('must be a name such as mqtt');
  });
});
