import type { Mutant } from '../mutation.ts';

export const aliasMaximumIgnored: Mutant = {
  name: 'alias-maximum-ignored',
  of: 'client',
  wrong: 'topic aliases are used beyond the Topic Alias Maximum of CONNACK',
  seen: ['owntracks/ios#864', 'eclipse-mosquitto/mosquitto#3630'],
  rule: 'alias.maximum',
  story: 'terms',
  begin: () => ({
    received: (packet) => {
      if (packet.type !== 'connack' || packet.properties?.topicAliasMaximum === undefined) return [packet];
      return [{ ...packet, properties: { ...packet.properties, topicAliasMaximum: 0xffff } }];
    },
  }),
};
