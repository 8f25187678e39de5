import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../../../src/mqtt/codec/index.ts';
import type { QoS } from '../../../src/mqtt/codec/packet.ts';
import { anyPacket } from '../codec/arbitrary.ts';
import { bytes, Hub, type Peer, text } from './hub.ts';
import { type Expected, Reference } from './reference.ts';

const SEED = 20_261_122;

const client = fc.constantFrom('ann', 'bob', 'cat');
const topic = fc.constantFrom('a', 'a/b', 'a/b/c', 'b', '/', 'b/');
const filter = fc.constantFrom('a', 'a/b', 'a/#', '#', '+', 'a/+', '+/b', '+/b/#', '/', 'b/#', '$SYS/x');
const qos = fc.constantFrom<QoS>(0, 1, 2);
const message = fc.record({
  topic,
  payload: fc.constantFrom('', 'x', 'yy'),
  qos,
  retain: fc.boolean(),
}) satisfies fc.Arbitrary<Expected>;

const command = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('connect' as const),
      client,
      clean: fc.boolean(),
      will: fc.option(message, { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('disconnect' as const), client }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('lose' as const), client }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('misbehave' as const), client }) },
  { weight: 6, arbitrary: fc.record({ op: fc.constant('subscribe' as const), client, filter, qos }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('unsubscribe' as const), client, filter }) },
  { weight: 8, arbitrary: fc.record({ op: fc.constant('publish' as const), client, message }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('crash' as const) }) },
);

/** Answers everything as a client has to, and returns the messages that came, in their order. */
function listen(peer: Peer): Expected[] {
  const got: Expected[] = [];
  for (let packets = peer.take(); packets.length > 0; packets = peer.take()) {
    for (const packet of packets) {
      if (packet.type === 'publish') {
        expect(packet.dup).toBe(false);
        const { topic, payload, qos, retain } = packet;
        got.push({ topic, payload: text(payload), qos, retain });
        if (qos === 1) peer.send({ type: 'puback', packetId: packet.packetId! });
        if (qos === 2) peer.send({ type: 'pubrec', packetId: packet.packetId! });
      } else if (packet.type === 'pubrec') peer.send({ type: 'pubrel', packetId: packet.packetId });
      else if (packet.type === 'pubrel') peer.send({ type: 'pubcomp', packetId: packet.packetId });
    }
  }
  return got;
}

/** Messages of one QoS and topic have an order; between them a fuller queue may let others pass. */
function byFlow(messages: readonly Expected[]): Record<string, Expected[]> {
  const flows: Record<string, Expected[]> = {};
  for (const one of messages) {
    const flow = `${one.qos} ${one.topic}`;
    flows[flow] = [...(flows[flow] ?? []), one];
  }
  return flows;
}

describe('whatever several clients do', () => {
  for (const overlap of ['once', 'each'] as const) {
    for (const inflight of [1, 20]) {
      it(`everybody gets what 3.1.1 promises (overlap ${overlap}, window ${inflight})`, () => {
        fc.assert(
          fc.property(fc.array(command, { minLength: 20, maxLength: 60, size: 'max' }), (commands) => {
            let hub = new Hub({ overlap, limits: { inflight } }, { attentive: false });
            const reference = new Reference(overlap);
            const peers = new Map<string, Peer>();
            const hear = (after: string): void => {
              for (const [name, peer] of peers) {
                if (!reference.isOnline(name)) continue;
                const got = byFlow(listen(peer));
                expect(got, `${name} after ${after}`).toEqual(byFlow(reference.take(name)));
              }
            };
            const connect = (name: string, clean: boolean, will: Expected | undefined): void => {
              const peer = hub.dialIn();
              const options = { clean };
              const connack = peer.connect(
                name,
                will === undefined
                  ? options
                  : { ...options, will: { ...will, payload: bytes(will.payload) } },
              );
              const present = reference.connect(name, clean, will);
              expect(connack?.sessionPresent).toBe(present);
              peers.set(name, peer);
              hear('connect');
            };
            for (const one of commands) {
              if (one.op === 'connect') {
                connect(one.client, one.clean, one.will);
              } else if (one.op === 'crash') {
                hub.disk.die('crash');
                hub = new Hub({ overlap, limits: { inflight } }, { attentive: false, disk: hub.disk });
                reference.crash();
                peers.clear();
              } else {
                if (!reference.isOnline(one.client)) connect(one.client, false, undefined);
                const peer = peers.get(one.client)!;
                if (one.op === 'publish') {
                  const { topic, payload, qos, retain } = one.message;
                  peer.publish(topic, payload, qos, { retain });
                  reference.publish(one.message);
                } else if (one.op === 'subscribe') {
                  peer.send({
                    type: 'subscribe',
                    packetId: 9,
                    subscriptions: [{ filter: one.filter, qos: one.qos }],
                  });
                  reference.subscribe(one.client, one.filter, one.qos);
                } else if (one.op === 'unsubscribe') {
                  peer.send({ type: 'unsubscribe', packetId: 9, filters: [one.filter] });
                  reference.unsubscribe(one.client, one.filter);
                } else {
                  if (one.op === 'disconnect') peer.disconnect();
                  else if (one.op === 'lose') peer.lose();
                  else peer.sendBytes(0x00, 0x00);
                  reference.end(one.client, one.op !== 'disconnect');
                }
              }
              hear(one.op);
            }
            expect(hub.machine.debts()).toEqual([]);
          }),
          { seed: SEED, numRuns: 60 },
        );
      });
    }
  }
});

describe.each([4, 5] as const)('whatever bytes come in version %i', (version) => {
  const chunk = fc.oneof(
    fc.uint8Array({ maxLength: 30 }),
    anyPacket(version).map((packet) => encode(packet, version)),
    fc.tuple(anyPacket(version), fc.nat(), fc.nat(255)).map(([packet, place, value]) => {
      const changed = encode(packet, version).slice();
      changed[place % changed.length] = value;
      return changed;
    }),
  );

  it('nothing is thrown, and only their own connection is closed', () => {
    fc.assert(
      fc.property(
        fc.array(chunk, { maxLength: 12 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        (chunks, late, cut) => {
          const hub = new Hub({
            limits: { packetSize: 2000, queue: 5, retained: 3, subscriptionsPerSession: 3 },
          });
          const bystander = hub.client('bystander', { clean: false });
          bystander.subscribe('quiet');
          const peer = late ? hub.client('hostile', { version }) : hub.dialIn();
          for (const bytes of chunks) {
            for (let at = 0; at < bytes.length; at += cut) {
              hub.receiveBytes(peer.connection, bytes.slice(at, at + cut));
            }
          }
          if (peer.closed)
            expect(hub.rules().length).toBeGreaterThanOrEqual(
              chunks.some((bytes) => bytes[0] === 0xe0) ? 0 : 1,
            );
          hub.advance(1e9);
          // Somebody who says it is the bystander takes its session over; that is no harm of bytes.
          expect(bystander.closed).toBe(false);
          bystander.take();
          hub.client('other').publish('quiet', 'still here', 1);
          expect(bystander.messages()).toEqual(['quiet still here']);
          // What the disk has can be read again.
          hub.disk.die('crash');
          new Hub({}, { disk: hub.disk });
        },
      ),
      { seed: SEED, numRuns: 400 },
    );
  });
});
