import { SESSION_KEY } from '../../mqtt/broker/sessions.ts';
import type { Mutant } from '../mutation.ts';

export const sessionsNotRestored: Mutant = {
  name: 'sessions-not-restored',
  of: 'broker',
  wrong: 'sessions do not come back with a broker that was restarted',
  seen: ['eclipse-mosquitto/mosquitto#769'],
  rule: 'session.present',
  story: 'power',
  remembers: (key) => !key.startsWith(SESSION_KEY),
};
