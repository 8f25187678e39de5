import type { Mutant } from '../mutation.ts';

export const acknowledgesBeforeStored: Mutant = {
  name: 'acknowledges-before-stored',
  of: 'broker',
  wrong: 'acknowledgements do not wait until the disk has what they acknowledge',
  seen: ['eclipse-mosquitto/mosquitto#1855', 'nats-io/nats-server#7564'],
  rule: 'delivery.at-least-once',
  story: 'power',
  durability: 'interval',
};
