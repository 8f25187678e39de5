/** What hosted nodes say to each other that is no MQTT: HTTP, or whatever protocol an application has. */
import http from 'node:http';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { carriedBy, shownBytes } from '../../src/host/first-bytes.ts';
import { runHosted } from '../../src/host/run-hosted.ts';
import { encode } from '../../src/mqtt/codec/encode.ts';
import { scenario } from '../../src/scenario/scenario.ts';
import type { Simulation } from '../../src/scenario/simulation.ts';
import type { TraceEvent } from '../../src/trace/event.ts';

async function run(script: (sim: Simulation) => Promise<void>) {
  const events: TraceEvent[] = [];
  const { verdict, report, error } = await runHosted(scenario('bytes', script), {
    seed: 1,
    onEvent: (event) => void events.push(event),
  });
  expect(error).toBeUndefined();
  return {
    verdict,
    violations: report?.violations,
    packets: events.filter(({ k }) => k.startsWith('packet.')).length,
    notes: events.flatMap((event) => (event.k === 'note' ? [`${event.n}: ${event.text}`] : [])),
  };
}

/** A node that answers whoever connects, and one that asks it; each gives back what it heard. */
async function talk(sim: Simulation, asks: string | Buffer, answers: string, first = false): Promise<string> {
  const hub = sim.host('hub');
  await hub.boot(() => {
    net
      .createServer((socket) => {
        socket.on('error', () => {});
        if (first) socket.write(answers);
        else socket.once('data', () => socket.end(answers));
      })
      .listen(6379);
  });
  const app = sim.host('app');
  return app.do(
    () =>
      new Promise<string>((resolve) => {
        const socket = net.connect(6379, 'hub', () => {
          if (!first) socket.write(asks);
        });
        socket.on('error', () => resolve('broken'));
        socket.once('data', (bytes) => {
          socket.end();
          resolve(bytes.toString('latin1'));
        });
      }),
  );
}

describe('a connection between hosted nodes', () => {
  it('carries HTTP, which the trace names, and nobody takes for packets', async () => {
    const body = '0123456789'.repeat(500);
    const seen = await run(async (sim) => {
      const hub = sim.host('hub');
      await hub.boot(() => void http.createServer((_, response) => response.end(body)).listen(80));
      const app = sim.host('app');
      const text = await app.do(
        () =>
          new Promise<string>((resolve, reject) => {
            const request = http.request('http://hub/state', { method: 'POST' }, (response) => {
              let heard = '';
              response.on('data', (part) => {
                heard += part;
              });
              response.on('end', () => resolve(heard));
            });
            request.on('error', reject).end(body);
          }),
      );
      expect(text).toBe(body);
      await sim.quiet();
    });
    expect(seen).toEqual({
      verdict: 'passed',
      violations: [],
      packets: 0,
      notes: ['app: app>hub#1 carries no MQTT: it begins with POST /state HTTP/1.1'],
    });
  });

  it.each([
    ['PING\r\n', '+PONG\r\n', false, 'app: app>hub#1 carries no MQTT: it begins with PING'],
    ['', '220 ready\r\n', true, 'hub: app>hub#1 carries no MQTT: it begins with 220 ready'],
    [
      Buffer.from([0x16, 3, 1, 2, 0]),
      'no',
      false,
      'app: app>hub#1 carries no MQTT: it begins with 16 03 01 02 00',
    ],
  ] as const)('carries bytes of any other protocol, %j', async (asks, answers, first, note) => {
    const seen = await run(async (sim) => {
      expect(await talk(sim, asks, answers, first)).toBe(answers);
      await sim.quiet();
    });
    expect(seen).toEqual({ verdict: 'passed', violations: [], packets: 0, notes: [note] });
  });

  it('carries MQTT where a packet comes first, also one that must not', async () => {
    const ping = Buffer.from(encode({ type: 'pingreq' }, 4));
    const { packets, notes } = await run(async (sim) => {
      expect(await talk(sim, ping, 'broken')).toBe('broken');
      await sim.sleep('1s');
    });
    expect(packets).toBeGreaterThan(0);
    expect(notes).toEqual([]);
  });

  it('is MQTT to a broker of ours, whatever is said', async () => {
    const { packets, notes } = await run(async (sim) => {
      sim.broker('hub');
      await sim.host('app').do(
        () =>
          void net
            .connect(1883, 'hub')
            .on('error', () => {})
            .end('GET / HTTP/1.1\r\n\r\n'),
      );
      await sim.sleep('1s');
    });
    expect(packets).toBeGreaterThan(0);
    expect(notes).toEqual([]);
  });
});

describe('the first bytes', () => {
  it.each([
    ['mqtt', Buffer.from([0x10])],
    ['mqtt', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff])],
    ['mqtt', Buffer.from([0xc0, 0])],
    ['bytes', Buffer.from([0xc0])],
    ['bytes', Buffer.from([0xc0, 0x80, 0x80, 0x80, 0x80])],
    ['bytes', Buffer.from('POST / HTTP/1.1\r\n\r\n')],
    ['bytes', Buffer.from('{"hello":1}\n')],
    ['websocket', Buffer.from('GET /mqtt HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\n\r\n')],
  ] as const)('say %s', (carried, bytes) => {
    expect(carriedBy(bytes)).toBe(carried);
  });

  it('are shown as their first line, or as numbers', () => {
    expect(shownBytes(Buffer.from(`GET /${'x'.repeat(100)} HTTP/1.1`))).toBe(`GET /${'x'.repeat(35)}`);
    expect(shownBytes(Buffer.from([0, 1, 0xfe, 3, 4, 5, 6, 7, 8]))).toBe('00 01 fe 03 04 05 06 07');
  });
});
