import type { Mutant } from '../mutation.ts';
import { sending } from '../rewrites.ts';

export const sessionPresentNever: Mutant = {
  name: 'session-present-never',
  of: 'broker',
  wrong: 'CONNACK says that there is no session when there is one',
  seen: ['vernemq/vernemq#73', 'rabbitmq/rabbitmq-mqtt#61', 'apache/rocketmq-mqtt#281'],
  rule: 'session.present',
  story: 'sessions',
  begin: () => sending('connack', (packet) => [{ ...packet, sessionPresent: false }]),
};
