import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encode, type Packet, type ProtocolVersion } from '../../src/mqtt/codec/index.ts';
import { glanceAt, type PacketGlance } from '../../viz/layout/packet-glance.ts';
import { anyPacket, SEED, VERSIONS } from '../mqtt/codec/arbitrary.ts';

/** What the codec has read, as a label says it. */
function read(packet: Packet): Partial<PacketGlance> {
  const packetId = 'packetId' in packet ? packet.packetId : undefined;
  switch (packet.type) {
    case 'connect':
      return {
        topic: packet.clientId,
        clean: packet.cleanStart,
        will: packet.will !== undefined,
      };
    case 'connack':
      return { sessionPresent: packet.sessionPresent, codes: [packet.reasonCode] };
    case 'publish': {
      const { dup, qos, retain } = packet;
      const topic = packet.topic === '' ? `alias ${packet.properties?.topicAlias}` : packet.topic;
      return { packetId, topic, qos, retain, dup };
    }
    case 'subscribe':
      return {
        packetId,
        qos: packet.subscriptions[0]!.qos,
        topic: firstOf(packet.subscriptions.map(({ filter }) => filter)),
      };
    case 'unsubscribe':
      return { packetId, topic: firstOf(packet.filters) };
    case 'suback':
      return { packetId, codes: packet.reasonCodes };
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
    case 'disconnect':
      return { packetId, codes: [packet.reasonCode ?? 0] };
    default:
      return { packetId };
  }
}

function firstOf([filter, ...more]: readonly string[]): string {
  return more.length > 0 ? `${filter} +${more.length}` : filter!;
}

/** No code is the code 0. */
function normal(glance: Partial<PacketGlance>): Record<string, unknown> {
  const { clean, codes, dup, packetId, qos, retain, sessionPresent, topic, will } = glance;
  return {
    clean: clean ?? false,
    codes: codes === undefined || codes.length === 0 ? [0] : codes,
    dup: dup ?? false,
    packetId,
    qos: qos ?? 0,
    retain: retain ?? false,
    sessionPresent: sessionPresent ?? false,
    topic,
    will: will ?? false,
  };
}

describe('a packet at a glance', () => {
  it.each(VERSIONS)('is what the codec reads of it, in version %i', (version) => {
    fc.assert(
      fc.property(anyPacket(version), (packet) => {
        const glance = glanceAt(encode(packet, version), version);
        expect(normal(glance)).toEqual(normal(read(packet)));
      }),
      { seed: SEED, numRuns: 2_000 },
    );
  });

  it('has the alias of a topic that is not said, whatever other properties stand before it', () => {
    const publish: Packet = {
      type: 'publish',
      topic: '',
      payload: new Uint8Array(3),
      qos: 1,
      retain: false,
      dup: false,
      packetId: 9,
      properties: {
        payloadFormatIndicator: 1,
        messageExpiryInterval: 70_000,
        contentType: 'text/plain',
        responseTopic: 'answer',
        correlationData: new Uint8Array(4),
        userProperties: [['name', 'value']],
        topicAlias: 300,
      },
    };
    expect(glanceAt(encode(publish, 5), 5)).toMatchObject({ topic: 'alias 300', packetId: 9 });
  });

  it('reads no further than there are bytes, whatever length they claim', () => {
    let texts = 0;
    class Counted extends Uint8Array {
      override subarray(from?: number, to?: number): Uint8Array<ArrayBuffer> {
        texts++;
        return new Uint8Array(this).subarray(from, to);
      }
    }
    // An empty topic, and properties of 268,435,455 bytes of which none is there.
    const claims = Counted.of(0x30, 7, 0, 0, 0xff, 0xff, 0xff, 0x7f, 0);
    expect(glanceAt(claims, 5).topic).toBe('alias ?');
    expect(texts).toBeLessThan(5);
  });

  it('comes to an end with any bytes, whole or cut', () => {
    const versions = fc.constantFrom<ProtocolVersion>(...VERSIONS);
    const cut = versions.chain((version) =>
      fc.tuple(anyPacket(version), fc.nat({ max: 60 })).map(([packet, length]) => ({
        bytes: encode(packet, version).subarray(0, length),
        version,
      })),
    );
    const noise = fc.record({ bytes: fc.uint8Array({ maxLength: 60 }), version: versions });
    fc.assert(
      fc.property(fc.oneof(cut, noise), ({ bytes, version }) => {
        expect([0, 1, 2]).toContain(glanceAt(bytes, version).qos);
      }),
      { seed: SEED, numRuns: 4_000 },
    );
  });
});
