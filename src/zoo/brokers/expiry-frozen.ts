import type { Mutant } from '../mutation.ts';
import { sending } from '../rewrites.ts';

export const expiryFrozen: Mutant = {
  name: 'expiry-frozen',
  of: 'broker',
  wrong: 'Message Expiry Interval is forwarded as it came, however long the message waited',
  seen: ['hivemq/hivemq-community-edition#616', 'hivemq/hivemq-community-edition#784'],
  rule: 'expiry.counted-down',
  story: 'options',
  begin: () => {
    const intervals = new Map<string, number>();
    return {
      received: (packet) => {
        const interval = packet.type === 'publish' ? packet.properties?.messageExpiryInterval : undefined;
        if (packet.type === 'publish' && interval !== undefined) intervals.set(`${packet.payload}`, interval);
        return [packet];
      },
      ...sending('publish', (packet) => {
        const messageExpiryInterval = intervals.get(`${packet.payload}`);
        if (messageExpiryInterval === undefined) return [packet];
        return [{ ...packet, properties: { ...packet.properties, messageExpiryInterval } }];
      }),
    };
  },
};
