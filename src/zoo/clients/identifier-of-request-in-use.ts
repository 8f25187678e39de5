import type { Mutant } from '../mutation.ts';

export const identifierOfRequestInUse: Mutant = {
  name: 'identifier-of-request-in-use',
  of: 'client',
  wrong: 'a SUBSCRIBE is given the packet identifier of a message that is in flight',
  seen: ['bytebeamio/rumqtt#1057', 'espressif/esp-mqtt#176'],
  rule: 'identifier.unused',
  story: 'terms',
  begin: () => {
    const inFlight = new Set<number>();
    /** The true identifiers of requests, by those on the wire. */
    const requests = new Map<number, number>();
    return {
      received: (packet) => {
        if (packet.type === 'puback' || packet.type === 'pubcomp') inFlight.delete(packet.packetId);
        if (packet.type !== 'suback') return [packet];
        const packetId = requests.get(packet.packetId) ?? packet.packetId;
        requests.delete(packet.packetId);
        return [{ ...packet, packetId }];
      },
      sent: (packets) =>
        packets.map((packet) => {
          if (packet.type === 'publish' && packet.qos > 0) inFlight.add(packet.packetId!);
          const [taken] = inFlight;
          if (packet.type !== 'subscribe' || taken === undefined) return packet;
          requests.set(taken, packet.packetId);
          return { ...packet, packetId: taken };
        }),
      closed: () => {
        inFlight.clear();
        requests.clear();
      },
    };
  },
};
