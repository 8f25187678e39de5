import type { Mutant } from '../mutation.ts';
import { sending } from '../rewrites.ts';

export const dollarMatched: Mutant = {
  name: 'dollar-matched',
  of: 'broker',
  wrong: 'the filter # matches topics that begin with $',
  seen: ['vernemq/vernemq#14', 'moscajs/aedes#221', 'hivemq/hivemq-community-edition#749'],
  rule: 'delivery.subscribed',
  story: 'exchange',
  begin: () => {
    /** SUBSCRIBEs with a filter more than the client knows of. */
    const widened = new Set<number>();
    return {
      received: (packet) => {
        if (packet.type !== 'subscribe' || !packet.subscriptions.some(({ filter }) => filter === '#'))
          return [packet];
        widened.add(packet.packetId);
        return [{ ...packet, subscriptions: [...packet.subscriptions, { filter: '$SYS/#', qos: 0 }] }];
      },
      ...sending('suback', (packet) =>
        widened.delete(packet.packetId)
          ? [{ ...packet, reasonCodes: packet.reasonCodes.slice(0, -1) }]
          : [packet],
      ),
    };
  },
};
