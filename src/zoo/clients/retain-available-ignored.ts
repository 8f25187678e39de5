import type { Mutant } from '../mutation.ts';
import { deafToServer } from '../rewrites.ts';

export const retainAvailableIgnored: Mutant = {
  name: 'retain-available-ignored',
  of: 'client',
  wrong: 'messages are published with RETAIN where CONNACK says that nothing is retained',
  seen: ['faststream-community/zMQTT#75', 'quartiq/minimq#137'],
  rule: 'announced.retain',
  story: 'terms',
  begin: () => deafToServer('retainAvailable'),
};
