import type { Mutant } from '../mutation.ts';
import { sending } from '../rewrites.ts';

export const cleanStartIgnored: Mutant = {
  name: 'clean-start-ignored',
  of: 'broker',
  wrong: 'who asks for a new session gets the subscriptions of the old one',
  seen: ['emqx/emqx#18585', 'eclipse-mosquitto/mosquitto#874'],
  rule: 'delivery.subscribed',
  story: 'sessions',
  begin: () => {
    let asked = false;
    return {
      received: (packet) => {
        if (packet.type !== 'connect') return [packet];
        asked = packet.cleanStart;
        return [packet.clientId === '' ? packet : { ...packet, cleanStart: false }];
      },
      ...sending('connack', (packet) => [{ ...packet, sessionPresent: packet.sessionPresent && !asked }]),
    };
  },
};
