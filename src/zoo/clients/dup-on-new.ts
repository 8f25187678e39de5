import type { Mutant } from '../mutation.ts';

export const dupOnNew: Mutant = {
  name: 'dup-on-new',
  of: 'client',
  wrong: 'on resuming, DUP goes on whatever was waiting, also on what was never sent',
  seen: ['eclipse-paho/paho.mqtt.golang#487'],
  rule: 'delivery.dup-flag',
  story: 'exchange',
  begin: () => {
    let resuming = false;
    return {
      received: (packet) => {
        resuming = packet.type === 'connack';
        return [packet];
      },
      sent: (packets) =>
        packets.map((packet) =>
          resuming && packet.type === 'publish' && packet.qos > 0 ? { ...packet, dup: true } : packet,
        ),
    };
  },
};
