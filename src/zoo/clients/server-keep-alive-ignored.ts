import type { Mutant } from '../mutation.ts';
import { deafToServer } from '../rewrites.ts';

export const serverKeepAliveIgnored: Mutant = {
  name: 'server-keep-alive-ignored',
  of: 'client',
  wrong: 'the keep-alive of CONNECT is kept to although CONNACK asks for another',
  seen: ['eclipse-paho/paho.mqtt.c#1421', 'LabOverWire/mqtt-lib#78', 'swift-server-community/mqtt-nio#44'],
  rule: 'keep-alive.server-value',
  story: 'terms',
  begin: () => deafToServer('serverKeepAlive'),
};
