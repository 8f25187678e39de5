import type { Mutant } from '../mutation.ts';

/** One in so many is lost. */
const LOST_OF = 5;

export const shareLoses: Mutant = {
  name: 'share-loses',
  of: 'broker',
  wrong: 'now and then a message for a Shared Subscription goes to no member at all',
  seen: ['vernemq/vernemq#420', 'emqx/emqx#1665'],
  rule: 'shared.delivered',
  story: 'options',
  begin: () => {
    const members = new Set<string>();
    let count = 0;
    return {
      received: (packet, { clientId }) => {
        if (
          packet.type === 'subscribe' &&
          packet.subscriptions.some(({ filter }) => filter.startsWith('$share/'))
        )
          members.add(clientId);
        return [packet];
      },
      sent: (packets, wire) =>
        packets.filter((packet) => {
          if (!members.has(wire.clientId) || packet.type !== 'publish' || packet.qos !== 1 || packet.dup)
            return true;
          if (++count % LOST_OF !== 0) return true;
          wire.give({ type: 'puback', packetId: packet.packetId! });
          return false;
        }),
    };
  },
};
