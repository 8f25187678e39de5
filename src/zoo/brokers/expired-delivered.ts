import type { Mutant } from '../mutation.ts';
import { sending } from '../rewrites.ts';

export const expiredDelivered: Mutant = {
  name: 'expired-delivered',
  of: 'broker',
  wrong: 'a message that waited longer than its publisher allowed is sent all the same',
  seen: ['nanomq/nanomq#525', 'vogler75/monster-mq#185'],
  rule: 'expiry.not-sent',
  story: 'options',
  begin: () => {
    const expiring = new Set<string>();
    return {
      received: (packet) => {
        if (packet.type !== 'publish' || packet.properties?.messageExpiryInterval === undefined)
          return [packet];
        const { messageExpiryInterval: _, ...properties } = packet.properties;
        expiring.add(`${packet.payload}`);
        return [{ ...packet, properties }];
      },
      ...sending('publish', (packet) => [
        expiring.has(`${packet.payload}`)
          ? { ...packet, properties: { ...packet.properties, messageExpiryInterval: 1 } }
          : packet,
      ]),
    };
  },
};
