import type { Mutant } from '../mutation.ts';
import { sending } from '../rewrites.ts';

export const sessionPresentOnClean: Mutant = {
  name: 'session-present-on-clean',
  of: 'broker',
  wrong: 'CONNACK says that there is a session to a client that asked for a new one',
  seen: ['dotnet/MQTTnet#613'],
  rule: 'session.present',
  story: 'sessions',
  begin: () => {
    /** Of the CONNECT that came last. */
    let again = false;
    const known = new Set<string>();
    return {
      received: (packet) => {
        if (packet.type === 'connect') {
          again = packet.cleanStart && known.has(packet.clientId);
          known.add(packet.clientId);
        }
        return [packet];
      },
      ...sending('connack', (packet) => [
        { ...packet, sessionPresent: packet.reasonCode === 0 && (again || packet.sessionPresent) },
      ]),
    };
  },
};
