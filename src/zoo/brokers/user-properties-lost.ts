import type { Mutant } from '../mutation.ts';
import { sending } from '../rewrites.ts';

export const userPropertiesLost: Mutant = {
  name: 'user-properties-lost',
  of: 'broker',
  wrong: 'User Properties of a message do not come with it',
  seen: ['bschwind/mqtt-broker#36', 'moquette-io/moquette#876'],
  rule: 'delivery.unchanged',
  story: 'exchange',
  begin: () =>
    sending('publish', ({ properties, ...packet }) => {
      if (properties === undefined) return [packet];
      const { userProperties: _, ...rest } = properties;
      return [{ ...packet, properties: rest }];
    }),
};
