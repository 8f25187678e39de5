import type { Mutant } from '../mutation.ts';
import { sending } from '../rewrites.ts';

export const identifierOfFirstOnly: Mutant = {
  name: 'identifier-of-first-only',
  of: 'broker',
  wrong: 'of several subscriptions that match, a message bears the identifier of one',
  seen: ['moscajs/aedes#1090'],
  rule: 'subscription.identifiers',
  story: 'options',
  begin: () =>
    sending('publish', (packet) => {
      const identifiers = packet.properties?.subscriptionIdentifiers;
      if (identifiers === undefined) return [packet];
      return [
        { ...packet, properties: { ...packet.properties, subscriptionIdentifiers: identifiers.slice(0, 1) } },
      ];
    }),
};
