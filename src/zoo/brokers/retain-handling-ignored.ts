import type { Mutant } from '../mutation.ts';

export const retainHandlingIgnored: Mutant = {
  name: 'retain-handling-ignored',
  of: 'broker',
  wrong: 'every subscription brings what is retained, whatever its Retain Handling',
  seen: ['halfgaar/FlashMQ#119'],
  rule: 'retained.asked',
  story: 'options',
  begin: () => ({
    received: (packet) => {
      if (packet.type !== 'subscribe') return [packet];
      const subscriptions = packet.subscriptions.map((each) => ({ ...each, retainHandling: 0 as const }));
      return [{ ...packet, subscriptions }];
    },
  }),
};
