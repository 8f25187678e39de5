import type { Mutant } from '../mutation.ts';

export const qos2Expires: Mutant = {
  name: 'qos2-expires',
  of: 'broker',
  wrong: 'Message Expiry Interval ends a QoS 2 exchange that has begun: the PUBREL that is owed never comes',
  seen: ['eclipse-mosquitto/mosquitto#3744'],
  rule: 'session.resumed',
  story: 'options',
  begin: (life) => {
    /** When the message of an exchange expires, by client and identifier. */
    const expires = new Map<string, number>();
    return {
      sent: (packets, wire) =>
        packets.filter((packet) => {
          if (packet.type === 'publish' && !packet.dup) {
            const interval = packet.properties?.messageExpiryInterval;
            const key = `${wire.clientId}/${packet.packetId}`;
            if (interval === undefined) expires.delete(key);
            else expires.set(key, life.now + interval * 1_000_000);
          }
          const isResent = packet.type === 'pubrel' || (packet.type === 'publish' && packet.dup);
          if (!isResent) return true;
          const { packetId = 0 } = packet;
          if ((expires.get(`${wire.clientId}/${packetId}`) ?? Infinity) > life.now) return true;
          if (packet.type === 'publish' && packet.qos === 1) wire.give({ type: 'puback', packetId });
          else if (packet.type === 'pubrel') wire.give({ type: 'pubcomp', packetId });
          else wire.give({ type: 'pubrec', packetId, reasonCode: 0x80 });
          return false;
        }),
    };
  },
};
