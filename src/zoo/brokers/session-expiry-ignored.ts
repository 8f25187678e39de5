import type { Mutant } from '../mutation.ts';

export const sessionExpiryIgnored: Mutant = {
  name: 'session-expiry-ignored',
  of: 'broker',
  wrong: 'Session Expiry Interval of CONNECT is not heard: the session ends with its connection',
  seen: ['eclipse-mosquitto/mosquitto#1173'],
  rule: 'session.present',
  story: 'sessions',
  begin: () => ({
    received: (packet) => {
      if (packet.type !== 'connect' || packet.properties === undefined) return [packet];
      const { sessionExpiryInterval: _, ...properties } = packet.properties;
      return [{ ...packet, properties }];
    },
  }),
};
