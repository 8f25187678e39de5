import type { Mutant } from '../mutation.ts';

export const willDelayIgnored: Mutant = {
  name: 'will-delay-ignored',
  of: 'broker',
  wrong: 'a will is published as soon as its connection ends, whatever its Will Delay Interval',
  seen: ['vernemq/vernemq#1298'],
  rule: 'will.delay',
  story: 'options',
  begin: () => ({
    received: (packet) => {
      if (packet.type !== 'connect' || packet.will?.properties === undefined) return [packet];
      const { willDelayInterval: _, ...properties } = packet.will.properties;
      return [{ ...packet, will: { ...packet.will, properties } }];
    },
  }),
};
