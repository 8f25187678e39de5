import type { Mutant } from '../mutation.ts';
import { sending } from '../rewrites.ts';

const SESSION_TAKEN_OVER = 0x8e;

export const takeoverUntold: Mutant = {
  name: 'takeover-untold',
  of: 'broker',
  wrong: 'a client whose session is taken over is cut off without DISCONNECT 0x8E',
  seen: [
    'eclipse-mosquitto/mosquitto#2340',
    'emqx/emqx#3183',
    'nanomq/nanomq#1927',
    'LabOverWire/mqtt-lib#147',
  ],
  rule: 'session.takeover-told',
  story: 'sessions',
  begin: () => sending('disconnect', (packet) => (packet.reasonCode === SESSION_TAKEN_OVER ? [] : [packet])),
};
