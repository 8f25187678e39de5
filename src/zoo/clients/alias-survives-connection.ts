import type { Mutant } from '../mutation.ts';

export const aliasSurvivesConnection: Mutant = {
  name: 'alias-survives-connection',
  of: 'client',
  wrong: 'a topic alias of the connection before is used without its topic',
  seen: ['eclipse-mosquitto/mosquitto#2494', 'eclipse-paho/paho.mqtt.java#527'],
  rule: 'alias.set',
  story: 'terms',
  begin: () => {
    const topics = new Map<number, string>();
    return {
      sent: (packets) =>
        packets.map((packet) => {
          const alias = packet.type === 'publish' ? packet.properties?.topicAlias : undefined;
          if (packet.type !== 'publish' || alias === undefined || packet.topic === '') return packet;
          if (topics.get(alias) === packet.topic) return { ...packet, topic: '' };
          topics.set(alias, packet.topic);
          return packet;
        }),
    };
  },
};
