import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode } from '../../../src/mqtt/codec/index.ts';
import type { Packet, QoS } from '../../../src/mqtt/codec/packet.ts';
import { anyPacket, SEED } from '../codec/arbitrary.ts';
import { publishFrom, Rig, SECOND, text } from './rig.ts';

type Step =
  | { do: 'packet'; packet: Packet }
  | { do: 'damaged'; packet: Packet; at: number; flip: number }
  | { do: 'publish'; qos: QoS }
  | { do: 'subscribe' | 'authenticate' | 'disconnect' | 'connect' | 'cut' | 'wait' };

const packetId = fc.integer({ min: 1, max: 3 });
/** What a server could rightly send at some time: it is right about a third of the time. */
const plausible: fc.Arbitrary<Packet> = fc.oneof(
  fc
    .record({
      topic: fc.constantFrom('plant/a', ''),
      qos: fc.constantFrom<QoS>(0, 1, 2),
      id: packetId,
      alias: fc.integer({ min: 1, max: 2 }),
    })
    .map(({ topic, qos, id, alias }): Packet => {
      const publish = publishFrom(topic, qos, qos === 0 ? undefined : id);
      return topic === '' || alias === 2 ? { ...publish, properties: { topicAlias: alias } } : publish;
    }),
  fc
    .record({
      type: fc.constantFrom('puback' as const, 'pubrec' as const, 'pubrel' as const, 'pubcomp' as const),
      packetId,
    })
    .map((packet): Packet => ({ ...packet, reasonCode: 0 })),
  packetId.map((id): Packet => ({ type: 'suback', packetId: id, reasonCodes: [1] })),
  fc.constantFrom(0, 0x18).map(
    (reasonCode): Packet => ({
      type: 'auth',
      reasonCode,
      properties: { authenticationMethod: 'ANY' },
    }),
  ),
);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('packet' as const), packet: plausible }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('packet' as const), packet: anyPacket(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('damaged' as const),
      packet: anyPacket(5),
      at: fc.nat(40),
      flip: fc.integer({ min: 1, max: 255 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('publish' as const), qos: fc.constantFrom<QoS>(0, 1, 2) }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...(['subscribe', 'authenticate', 'disconnect', 'connect', 'cut', 'wait'] as const).map((name) => ({
        do: name,
      })),
    ),
  },
);

const method = {
  name: 'ANY',
  begin: () => ({ opening: undefined, answer: () => ({ data: text('x') }), accept: () => true }),
};

/** The connection that stands, if one does. */
function take(rig: Rig, { do: what, ...step }: Step): void {
  if (rig.client.status === 'idle') rig.connect();
  if (rig.client.status === 'waiting') rig.advance(120 * SECOND);
  if (rig.client.status === 'dialling') {
    rig.opened();
    const properties = { authenticationMethod: 'ANY', topicAliasMaximum: 2, maximumPacketSize: 60 };
    rig.accept(rig.observed.get('session') === 'held', properties);
  }
  const stands = rig.client.status === 'online';
  if (what === 'packet' && stands) rig.serve((step as { packet: Packet }).packet);
  if (what === 'damaged' && stands) {
    const { packet, at, flip } = step as { packet: Packet; at: number; flip: number };
    const bytes = encode(packet, 5).slice();
    bytes[at % bytes.length]! ^= flip;
    rig.receiveBytes(rig.dialled, bytes);
  }
  if (what === 'publish') rig.publish('plant/a', (step as { qos: QoS }).qos);
  if (what === 'subscribe') rig.subscribe('#');
  if (what === 'authenticate') rig.input(() => rig.client.authenticate(rig.now));
  if (what === 'disconnect') rig.disconnect();
  if (what === 'connect') rig.connect();
  if (what === 'cut' && stands) rig.cut();
  if (what === 'wait') rig.advance(30 * SECOND);
}

describe('a 5.0 client with any server', () => {
  it('never throws, never sends on a closed connection, and settles every call once', () => {
    let violated = 0;
    let delivered = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40, size: 'large' }), (steps) => {
        const rig = new Rig({
          protocolVersion: 5,
          cleanStart: false,
          sessionExpiry: 60,
          keepAlive: 20,
          receiveMaximum: 2,
          topicAliasMaximum: 2,
          topicAliases: 2,
          authentication: method,
        });
        // The pump throws when something is sent on a closed connection, or closed twice.
        rig.connect();
        for (const one of steps) take(rig, one);
        rig.disconnect();
        const calls = rig.ofKind('settled').map(({ call }) => call);
        expect(new Set(calls).size).toBe(calls.length);
        expect(rig.client.status).toBe('idle');
        violated += rig.rules().length;
        delivered += rig.deliveries().length;
      }),
      { seed: SEED, numRuns: 300 },
    );
    // What was tried went both ways.
    expect(violated).toBeGreaterThan(1_000);
    expect(delivered).toBeGreaterThan(200);
  });
});
