import type { Mutant } from '../mutation.ts';

export const clientQos2SurvivesCleanStart: Mutant = {
  name: 'client-qos2-survives-clean-start',
  of: 'client',
  wrong:
    'QoS 2 identifiers outlive the session: a new message that bears one is acknowledged and not handed over',
  seen: ['ukemp/ktor-mqtt#30'],
  rule: 'delivery.handed-over',
  story: 'sessions',
  begin: () => {
    const unreleased = new Set<number>();
    let residue = new Set<number>();
    return {
      received: (packet, wire) => {
        if (packet.type === 'connack' && !packet.sessionPresent) {
          residue = new Set([...residue, ...unreleased]);
          unreleased.clear();
        }
        if (packet.type === 'publish' && packet.qos === 2) {
          const packetId = packet.packetId!;
          if (residue.has(packetId)) {
            wire.send({ type: 'pubrec', packetId });
            return [];
          }
          unreleased.add(packetId);
        }
        if (packet.type === 'pubrel') {
          unreleased.delete(packet.packetId);
          residue.delete(packet.packetId);
        }
        return [packet];
      },
    };
  },
};
