import type { Packet } from '../../mqtt/codec/packet.ts';
import type { Mutant } from '../mutation.ts';

const isNew = (packet: Packet): boolean => packet.type === 'publish' && packet.qos > 0 && !packet.dup;

export const backlogReversed: Mutant = {
  name: 'backlog-reversed',
  of: 'broker',
  wrong: 'what waited for a client comes last in, first out',
  seen: ['erlio/vmq_server#28', 'mqttjs/MQTT.js#1568', 'nanomq/nanomq#897'],
  rule: 'ordering.messages',
  story: 'sessions',
  begin: () => ({
    sent: (packets) => {
      const turned = packets.filter(isNew).reverse();
      return packets.map((packet) => (isNew(packet) ? turned.shift()! : packet));
    },
  }),
};
