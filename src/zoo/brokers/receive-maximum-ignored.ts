import type { Mutant } from '../mutation.ts';
import { deafTo } from '../rewrites.ts';

export const receiveMaximumIgnored: Mutant = {
  name: 'receive-maximum-ignored',
  of: 'broker',
  wrong: 'a client is sent more messages at once than the Receive Maximum of its CONNECT',
  seen: ['moquette-io/moquette#858', 'streamnative/mop#301'],
  rule: 'flow.receive-maximum',
  story: 'terms',
  begin: () => deafTo('receiveMaximum'),
};
