import type { Packet } from '../../mqtt/codec/packet.ts';
import type { Mutant, Wire } from '../mutation.ts';

const DAWDLES_MICROS = 800_000;

export const liveOvertakesBacklog: Mutant = {
  name: 'live-overtakes-backlog',
  of: 'broker',
  wrong: 'what comes while a session is resumed is sent before what waited for it',
  seen: ['moscajs/aedes#649', '256dpi/gomqtt#3'],
  rule: 'ordering.messages',
  story: 'sessions',
  begin: (life) => {
    let held: { wire: Wire; packets: readonly Packet[] }[] = [];
    return {
      sent: (packets, wire) => {
        if (!packets.some((packet) => packet.type === 'connack' && packet.sessionPresent)) return packets;
        const isBacklog = (packet: Packet) => packet.type === 'publish' && !packet.dup;
        const backlog = packets.filter(isBacklog);
        if (backlog.length > 0) {
          held.push({ wire, packets: backlog });
          life.wake(life.now + DAWDLES_MICROS);
        }
        return packets.filter((packet) => !isBacklog(packet));
      },
      closed: ({ id }) => {
        held = held.filter(({ wire }) => wire.id !== id);
      },
      woken: () => {
        for (const { wire, packets } of held) for (const packet of packets) wire.send(packet);
        held = [];
      },
    };
  },
};
