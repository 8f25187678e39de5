import { parseShared } from '../../mqtt/topic/index.ts';
import type { Mutant } from '../mutation.ts';

export const shareNotShared: Mutant = {
  name: 'share-not-shared',
  of: 'broker',
  wrong: 'every member of a Shared Subscription gets every message',
  seen: ['emqx/emqx#881', 'emqx/emqx#1728'],
  rule: 'shared.one-member',
  story: 'options',
  begin: () => ({
    received: (packet) => {
      if (packet.type !== 'subscribe') return [packet];
      const subscriptions = packet.subscriptions.map((each) => ({
        ...each,
        filter: parseShared(each.filter)?.filter ?? each.filter,
      }));
      return [{ ...packet, subscriptions }];
    },
  }),
};
