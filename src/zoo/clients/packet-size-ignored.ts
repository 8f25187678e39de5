import type { Mutant } from '../mutation.ts';
import { deafToServer } from '../rewrites.ts';

export const clientPacketSizeIgnored: Mutant = {
  name: 'client-packet-size-ignored',
  of: 'client',
  wrong: 'packets are sent that are larger than the Maximum Packet Size of CONNACK',
  seen: ['LabOverWire/mqtt-lib#103', 'faststream-community/zMQTT#73'],
  rule: 'size.maximum',
  story: 'terms',
  begin: () => deafToServer('maximumPacketSize'),
};
