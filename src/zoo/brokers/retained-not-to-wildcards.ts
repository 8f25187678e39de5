import { hasWildcard } from '../../mqtt/topic/index.ts';
import type { Mutant } from '../mutation.ts';

export const retainedNotToWildcards: Mutant = {
  name: 'retained-not-to-wildcards',
  of: 'broker',
  wrong: 'a subscription with wildcards brings no retained messages',
  seen: ['rabbitmq/rabbitmq-mqtt#154', 'emqx/emqx#3621', 'redboltz/async_mqtt#442'],
  rule: 'retained.sent',
  story: 'options',
  begin: () => ({
    received: (packet) => {
      if (packet.type !== 'subscribe') return [packet];
      const subscriptions = packet.subscriptions.map((each) =>
        hasWildcard(each.filter) ? { ...each, retainHandling: 2 as const } : each,
      );
      return [{ ...packet, subscriptions }];
    },
  }),
};
