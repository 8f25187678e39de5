import type { Mutant } from '../mutation.ts';
import { reversedRedelivery } from '../reversed-redelivery.ts';

export const redeliveryReversed: Mutant = {
  name: 'redelivery-reversed',
  of: 'broker',
  wrong: 'what is sent again comes in another order than at first',
  seen: ['vernemq/vernemq#1356'],
  rule: 'ordering.redelivery',
  story: 'cuts',
  begin: reversedRedelivery,
};
