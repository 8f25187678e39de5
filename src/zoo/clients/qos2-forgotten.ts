import { forgetfulReceiver } from '../forgetful-receiver.ts';
import type { Mutant } from '../mutation.ts';

export const clientQos2Forgotten: Mutant = {
  name: 'client-qos2-forgotten',
  of: 'client',
  wrong: 'a QoS 2 PUBLISH that comes again after a reconnect is handed over a second time',
  seen: ['fusesource/mqtt-client#121'],
  rule: 'delivery.exactly-once',
  story: 'cuts',
  begin: forgetfulReceiver,
};
