import type { Mutant } from '../mutation.ts';
import { sending } from '../rewrites.ts';

export const retainForwarded: Mutant = {
  name: 'retain-forwarded',
  of: 'broker',
  wrong: 'a message that is to be retained is forwarded with RETAIN to subscriptions that stand',
  seen: ['mdzio/go-mqtt#1'],
  rule: 'delivery.retain-flag',
  story: 'exchange',
  begin: () => {
    const retained = new Set<string>();
    return {
      received: (packet) => {
        if (packet.type === 'publish' && packet.retain) retained.add(packet.topic);
        return [packet];
      },
      ...sending('publish', (packet) => [{ ...packet, retain: packet.retain || retained.has(packet.topic) }]),
    };
  },
};
