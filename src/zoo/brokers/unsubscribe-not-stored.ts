import type { Mutant } from '../mutation.ts';
import { sending } from '../rewrites.ts';

/** No client of a story comes that far. */
const PACKET_ID = 65_000;

export const unsubscribeNotStored: Mutant = {
  name: 'unsubscribe-not-stored',
  of: 'broker',
  wrong: 'a filter that was unsubscribed is there again when the session is resumed',
  seen: ['moscajs/mosca#391'],
  rule: 'delivery.subscribed',
  story: 'sessions',
  begin: () => {
    const gone = new Map<string, readonly string[]>();
    return {
      received: (packet, { clientId }) => {
        if (packet.type === 'unsubscribe') gone.set(clientId, packet.filters);
        const back = gone.get(clientId);
        if (packet.type !== 'connect' || packet.cleanStart || back === undefined) return [packet];
        const subscriptions = back.map((filter) => ({ filter, qos: 1 as const }));
        return [packet, { type: 'subscribe', packetId: PACKET_ID, subscriptions }];
      },
      ...sending('suback', (packet) => (packet.packetId === PACKET_ID ? [] : [packet])),
    };
  },
};
