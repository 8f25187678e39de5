import type { Mutant } from '../mutation.ts';
import { deafToServer } from '../rewrites.ts';

export const clientReceiveMaximumIgnored: Mutant = {
  name: 'client-receive-maximum-ignored',
  of: 'client',
  wrong: 'more messages are sent at once than the Receive Maximum of CONNACK',
  seen: ['eclipse-mosquitto/mosquitto#1822', 'espressif/esp-idf#18129', 'LabOverWire/mqtt-lib#142'],
  rule: 'flow.receive-maximum',
  story: 'terms',
  begin: () => deafToServer('receiveMaximum'),
};
