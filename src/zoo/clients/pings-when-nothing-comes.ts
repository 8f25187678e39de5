import type { Mutant } from '../mutation.ts';

/** As long as something came within this time, nothing is pinged. */
const QUIET_MICROS = 5_000_000;

export const pingsWhenNothingComes: Mutant = {
  name: 'pings-when-nothing-comes',
  of: 'client',
  wrong: 'what comes puts off the next PINGREQ, though only what is sent keeps the connection alive',
  seen: ['xHasKx/luamqtt#20', 'php-mqtt/client#5', 'mqttjs/MQTT.js#1861'],
  rule: 'keep-alive.client',
  story: 'terms',
  begin: (life) => {
    let cameAt = Number.NEGATIVE_INFINITY;
    return {
      received: (packet) => {
        if (packet.type === 'publish') cameAt = life.now;
        return [packet];
      },
      sent: (packets) => {
        if (life.now - cameAt > QUIET_MICROS) return packets;
        const kept = packets.filter(({ type }) => type !== 'pingreq');
        // The machine is told that it was answered, and thinks no more of it.
        if (kept.length < packets.length) life.wake(life.now);
        return kept;
      },
      woken: () => {
        for (const wire of life.wires.values()) wire.give({ type: 'pingresp' });
      },
    };
  },
};
