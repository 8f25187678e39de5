import type { Mutant } from '../mutation.ts';
import { sending } from '../rewrites.ts';

export const clientDupForgotten: Mutant = {
  name: 'client-dup-forgotten',
  of: 'client',
  wrong: 'a PUBLISH that is sent again has no DUP',
  seen: ['mqttjs/MQTT.js#692', 'eclipse-paho/paho.mqtt.golang#487'],
  rule: 'delivery.dup-flag',
  story: 'cuts',
  begin: () => sending('publish', (packet) => [{ ...packet, dup: false }]),
};
