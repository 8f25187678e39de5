import type { Packet } from '../../mqtt/codec/packet.ts';
import type { Mutant } from '../mutation.ts';

const isNew = (packet: Packet): boolean => packet.type === 'publish' && packet.qos > 0 && !packet.dup;

export const queueReversed: Mutant = {
  name: 'queue-reversed',
  of: 'client',
  wrong: 'what the application published without a connection is sent last in, first out',
  seen: ['mqttjs/MQTT.js#450', 'espressif/esp-idf#17563'],
  rule: 'ordering.messages',
  story: 'exchange',
  begin: () => ({
    sent: (packets) => {
      const turned = packets.filter(isNew).reverse();
      return packets.map((packet) => (isNew(packet) ? turned.shift()! : packet));
    },
  }),
};
