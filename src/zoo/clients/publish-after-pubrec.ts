import type { Publish } from '../../mqtt/codec/packet.ts';
import type { Mutant } from '../mutation.ts';

export const publishAfterPubrec: Mutant = {
  name: 'publish-after-pubrec',
  of: 'client',
  wrong: 'on resuming, PUBLISH is sent again where PUBREL is due',
  seen: ['eclipse-paho/paho.mqtt.golang#788', 'fusesource/mqtt-client#120'],
  rule: 'delivery.handshake',
  story: 'cuts',
  begin: () => {
    const published = new Map<number, Publish>();
    const asked = new Set<number>();
    return {
      received: (packet) => {
        if (packet.type === 'connack') asked.clear();
        if (packet.type === 'pubrec') asked.add(packet.packetId);
        return [packet];
      },
      sent: (packets) =>
        packets.map((packet) => {
          if (packet.type === 'publish' && packet.qos === 2) published.set(packet.packetId!, packet);
          if (packet.type !== 'pubrel' || asked.has(packet.packetId)) return packet;
          const again = published.get(packet.packetId);
          return again === undefined ? packet : { ...again, dup: true };
        }),
    };
  },
};
