import { forgetfulReceiver } from '../forgetful-receiver.ts';
import type { Mutant } from '../mutation.ts';

export const qos2Forgotten: Mutant = {
  name: 'qos2-forgotten',
  of: 'broker',
  wrong: 'a QoS 2 PUBLISH that is sent again after a reconnect is published a second time',
  seen: ['rmqtt/rmqtt#456', 'nanomq/nanomq#2412'],
  rule: 'delivery.exactly-once',
  story: 'cuts',
  begin: forgetfulReceiver,
};
