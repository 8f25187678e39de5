import type { Mutant } from '../mutation.ts';

export const sessionOutlivesExpiry: Mutant = {
  name: 'session-outlives-expiry',
  of: 'broker',
  wrong: 'a session is resumed long after its expiry',
  seen: ['thingsboard/tbmq#372'],
  rule: 'session.present',
  story: 'sessions',
  begin: () => ({
    received: (packet) => {
      if (packet.type !== 'connect' || (packet.properties?.sessionExpiryInterval ?? 0) === 0) return [packet];
      return [{ ...packet, properties: { ...packet.properties, sessionExpiryInterval: 0xffff_ffff } }];
    },
  }),
};
