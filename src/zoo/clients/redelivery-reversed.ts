import type { Mutant } from '../mutation.ts';
import { reversedRedelivery } from '../reversed-redelivery.ts';

export const clientRedeliveryReversed: Mutant = {
  name: 'client-redelivery-reversed',
  of: 'client',
  wrong: 'what is sent again comes in another order than at first',
  seen: ['eclipse-paho/paho.mqtt.golang#731'],
  rule: 'ordering.redelivery',
  story: 'cuts',
  begin: reversedRedelivery,
};
