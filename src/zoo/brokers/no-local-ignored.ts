import type { Mutant } from '../mutation.ts';

export const noLocalIgnored: Mutant = {
  name: 'no-local-ignored',
  of: 'broker',
  wrong: 'a client that subscribed with No Local is sent what it publishes itself',
  seen: ['emqx/emqx#10545', 'eclipse-mosquitto/mosquitto#2871'],
  rule: 'subscription.no-local',
  story: 'options',
  begin: () => ({
    received: (packet) => {
      if (packet.type !== 'subscribe') return [packet];
      return [
        { ...packet, subscriptions: packet.subscriptions.map((each) => ({ ...each, noLocal: false })) },
      ];
    },
  }),
};
