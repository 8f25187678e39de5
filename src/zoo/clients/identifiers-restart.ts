import type { Packet } from '../../mqtt/codec/packet.ts';
import type { Mutant } from '../mutation.ts';

export const identifiersRestart: Mutant = {
  name: 'identifiers-restart',
  of: 'client',
  wrong:
    'a new message is given a packet identifier that is still in flight: they begin at 1 on every connection',
  seen: ['tchaloupka/vibe-mqtt#10', 'emqx/qmqtt#262', 'eclipse-mosquitto/mosquitto#3597'],
  rule: 'delivery.identifier',
  story: 'cuts',
  begin: () => {
    /** From the machine's identifiers to those of the wire, for this connection, and back. */
    const out = new Map<number, number>();
    const back = new Map<number, number>();
    let last = 0;
    const renamed = <P extends Packet & { packetId: number }>(packet: P, names: Map<number, number>): P => ({
      ...packet,
      packetId: names.get(packet.packetId) ?? packet.packetId,
    });
    return {
      received: (packet) => {
        if (packet.type === 'connack') {
          out.clear();
          back.clear();
          last = 0;
        }
        if (packet.type === 'puback' || packet.type === 'pubrec' || packet.type === 'pubcomp')
          return [renamed(packet, back)];
        return [packet];
      },
      sent: (packets) =>
        packets.map((packet) => {
          if (packet.type === 'pubrel') return renamed(packet, out);
          if (packet.type !== 'publish' || packet.qos === 0 || packet.dup) return packet;
          last++;
          out.set(packet.packetId!, last);
          back.set(last, packet.packetId!);
          return { ...packet, packetId: last };
        }),
    };
  },
};
