import type { QoS } from '../../mqtt/codec/packet.ts';
import type { Mutant } from '../mutation.ts';
import { sending } from '../rewrites.ts';

export const qosNotLowered: Mutant = {
  name: 'qos-not-lowered',
  of: 'broker',
  wrong: 'messages come at the QoS of their publisher, whatever was granted',
  seen: ['moscajs/aedes#208', 'apache/rocketmq-mqtt#92'],
  rule: 'delivery.qos',
  story: 'exchange',
  begin: () => {
    const asked = new Map<number, readonly QoS[]>();
    return {
      received: (packet) => {
        if (packet.type !== 'subscribe') return [packet];
        asked.set(
          packet.packetId,
          packet.subscriptions.map(({ qos }) => qos),
        );
        return [{ ...packet, subscriptions: packet.subscriptions.map((each) => ({ ...each, qos: 2 })) }];
      },
      ...sending('suback', (packet) => [
        { ...packet, reasonCodes: asked.get(packet.packetId) ?? packet.reasonCodes },
      ]),
    };
  },
};
