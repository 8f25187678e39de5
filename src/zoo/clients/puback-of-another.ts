import type { Mutant } from '../mutation.ts';

export const pubackOfAnother: Mutant = {
  name: 'puback-of-another',
  of: 'client',
  wrong: 'PUBACK bears another packet identifier than the message that it answers',
  seen: ['njh/ruby-mqtt#84'],
  rule: 'answer.publish',
  story: 'exchange',
  begin: () => {
    let before = 0;
    return {
      sent: (packets) =>
        packets.map((packet) => {
          if (packet.type !== 'puback') return packet;
          const packetId = before === 0 ? packet.packetId : before;
          before = packet.packetId;
          return { ...packet, packetId };
        }),
    };
  },
};
