import type { Will } from '../../mqtt/codec/packet.ts';
import type { Mutant } from '../mutation.ts';
import { sending } from '../rewrites.ts';

/** No client of a story comes that far. */
const PACKET_ID = 65_000;

export const willAtNextConnect: Mutant = {
  name: 'will-at-next-connect',
  of: 'broker',
  wrong: 'the will of a client that took leave is published when it comes back',
  seen: ['eclipse-mosquitto/mosquitto#1273'],
  rule: 'will.withheld',
  story: 'wills',
  begin: () => {
    const left = new Map<string, Will>();
    const wills = new Map<string, Will | undefined>();
    return {
      received: (packet, { clientId }) => {
        if (packet.type === 'disconnect') {
          const will = wills.get(clientId);
          if (will !== undefined) left.set(clientId, will);
        }
        if (packet.type !== 'connect') return [packet];
        wills.set(clientId, packet.will);
        const late = left.get(clientId);
        left.delete(clientId);
        if (late === undefined) return [packet];
        const { topic, payload, retain } = late;
        return [packet, { type: 'publish', topic, payload, qos: 1, retain, dup: false, packetId: PACKET_ID }];
      },
      ...sending('puback', (packet) => (packet.packetId === PACKET_ID ? [] : [packet])),
    };
  },
};
