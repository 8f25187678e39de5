import type { Publish } from '../../mqtt/codec/packet.ts';
import type { Mutant, Wire } from '../mutation.ts';

const PATIENCE_MICROS = 40_000;

export const retriesOnTimer: Mutant = {
  name: 'retries-on-timer',
  of: 'broker',
  wrong: 'a PUBLISH whose acknowledgement takes its time is sent again while the connection stands',
  seen: ['eclipse-mosquitto/mosquitto#1751', 'emqx/emqx#1562'],
  rule: 'session.retransmission',
  story: 'exchange',
  begin: (life) => {
    const waiting = new Map<string, { wire: Wire; packet: Publish; at: number }>();
    return {
      received: (packet, wire) => {
        if (packet.type === 'puback' || packet.type === 'pubrec')
          waiting.delete(`${wire.id}/${packet.packetId}`);
        return [packet];
      },
      sent: (packets, wire) => {
        for (const packet of packets) {
          if (packet.type !== 'publish' || packet.qos === 0) continue;
          if (waiting.size === 0) life.wake(life.now + PATIENCE_MICROS);
          waiting.set(`${wire.id}/${packet.packetId}`, { wire, packet, at: life.now + PATIENCE_MICROS });
        }
        return packets;
      },
      closed: (wire) => {
        for (const [key, { wire: from }] of waiting) if (from.id === wire.id) waiting.delete(key);
      },
      woken: () => {
        for (const [key, { wire, packet, at }] of waiting) {
          if (at > life.now) continue;
          wire.send({ ...packet, dup: true });
          waiting.delete(key);
        }
        if (waiting.size > 0) life.wake(life.now + PATIENCE_MICROS);
      },
    };
  },
};
