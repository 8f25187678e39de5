import type { Mutant } from '../mutation.ts';

export const retainedNotReplaced: Mutant = {
  name: 'retained-not-replaced',
  of: 'broker',
  wrong: 'the first retained message of a topic stays, whatever is retained after it',
  seen: ['lpeterse/haskell-mqtt#6'],
  rule: 'retained.current',
  story: 'options',
  begin: () => {
    const topics = new Set<string>();
    return {
      received: (packet) => {
        if (packet.type !== 'publish' || !packet.retain) return [packet];
        const first = !topics.has(packet.topic);
        topics.add(packet.topic);
        return [first ? packet : { ...packet, retain: false }];
      },
    };
  },
};
