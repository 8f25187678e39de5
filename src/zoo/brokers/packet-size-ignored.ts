import type { Mutant } from '../mutation.ts';
import { deafTo } from '../rewrites.ts';

export const packetSizeIgnored: Mutant = {
  name: 'packet-size-ignored',
  of: 'broker',
  wrong: 'a client is sent packets that are larger than the Maximum Packet Size of its CONNECT',
  seen: ['eclipse-mosquitto/mosquitto#1168', 'eclipse-mosquitto/mosquitto#3503'],
  rule: 'size.maximum',
  story: 'terms',
  begin: () => deafTo('maximumPacketSize'),
};
