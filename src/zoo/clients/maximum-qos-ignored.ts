import type { Mutant } from '../mutation.ts';
import { deafToServer } from '../rewrites.ts';

export const maximumQoSIgnored: Mutant = {
  name: 'maximum-qos-ignored',
  of: 'client',
  wrong: 'messages are published above the Maximum QoS of CONNACK',
  seen: ['faststream-community/zMQTT#74'],
  rule: 'announced.qos',
  story: 'terms',
  begin: () => deafToServer('maximumQoS'),
};
