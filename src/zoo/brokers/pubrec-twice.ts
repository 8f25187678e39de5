import type { Mutant } from '../mutation.ts';

export const pubrecTwice: Mutant = {
  name: 'pubrec-twice',
  of: 'broker',
  wrong: 'a QoS 2 PUBLISH that is sent again after a reconnect is answered with two PUBRECs',
  seen: ['eclipse-mosquitto/mosquitto#918'],
  rule: 'answer.publish',
  story: 'cuts',
  begin: () => {
    const again = new Set<string>();
    return {
      received: (packet, wire) => {
        if (packet.type === 'publish' && packet.qos === 2 && packet.dup)
          again.add(`${wire.id}/${packet.packetId}`);
        return [packet];
      },
      sent: (packets, wire) =>
        packets.flatMap((packet) =>
          packet.type === 'pubrec' && again.delete(`${wire.id}/${packet.packetId}`)
            ? [packet, packet]
            : [packet],
        ),
    };
  },
};
