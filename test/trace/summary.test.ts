import { describe, expect, it } from 'vitest';
import { Summary } from '../../src/trace/summary.ts';
import { conversation } from './conversation.ts';

describe('the summary of a run', () => {
  it('counts what a person wants to know', () => {
    const summary = new Summary();
    const stage = conversation('packets', (event) => summary.observe(event));
    stage.deliver('screen', { topic: 't', payload: new Uint8Array(0), qos: 2, retain: false }, true);
    expect(summary.read()).toEqual({
      endMicros: stage.recorder.now,
      events: stage.events.length,
      nodes: { broker: 1, client: 2, peer: 0, host: 0 },
      published: { 0: 0, 1: 1, 2: 0 },
      delivered: { 0: 0, 1: 1, 2: 1 },
      duplicates: 1,
      packets: { CONNECT: 2, CONNACK: 2, PUBLISH: 2, PUBACK: 2, SUBSCRIBE: 1, SUBACK: 1, PINGREQ: 1 },
      packetsSent: 11,
      packetsReceived: 10,
      packetsLost: 1,
      bytesSent: stage.events.reduce(
        (sum, event) => sum + (event.k === 'packet.sent' ? event.bytes.length : 0),
        0,
      ),
      connections: { dialled: 2, established: 2, ended: { reset: 1, crashed: 2, 'timed-out': 1 } },
      faults: { partition: 1 },
      crashes: 2,
      restarts: 1,
      callsFailed: 1,
      verdicts: { broken: 0, excused: 1 },
    });
  });

  it('of nothing is all zero', () => {
    const summary = new Summary().read();
    expect(summary).toMatchObject({ endMicros: 0, events: 0, packets: {}, packetsSent: 0 });
  });

  it('counts bytes that are no packet apart', () => {
    const summary = new Summary();
    const base = { t: 0, c: 0, k: 'packet.sent', n: 'a', conn: 'a>b#1', v: 4 } as const;
    summary.observe({ ...base, i: 1, bytes: new Uint8Array([0x30]), malformed: 'cut' });
    summary.observe({ ...base, i: 2, bytes: new Uint8Array(0) });
    summary.observe({ ...base, i: 3, bytes: new Uint8Array([0xc0, 0]) });
    expect(summary.read().packets).toEqual({ PINGREQ: 1, 'not a packet': 2 });
  });
});
