import type { Will } from '../../mqtt/codec/packet.ts';
import type { Mutant } from '../mutation.ts';

export const willDespiteReturn: Mutant = {
  name: 'will-despite-return',
  of: 'broker',
  wrong: 'a delayed will is published although its client came back to its session in time',
  seen: ['LabOverWire/mqtt-lib#154'],
  rule: 'will.withheld',
  story: 'options',
  begin: (life) => {
    const armed = new Map<string, Will>();
    let due: { clientId: string; will: Will; at: number }[] = [];
    return {
      received: (packet, { clientId }) => {
        if (packet.type === 'disconnect') armed.delete(clientId);
        if (packet.type === 'connect' && packet.will !== undefined) armed.set(clientId, packet.will);
        return [packet];
      },
      closed: ({ clientId }) => {
        const will = armed.get(clientId);
        const delay = (will?.properties?.willDelayInterval ?? 0) * 1_000_000;
        if (will === undefined || delay === 0) return;
        due.push({ clientId, will, at: life.now + delay });
        life.wake(life.now + delay);
      },
      woken: () => {
        for (const { clientId, will, at } of due) {
          if (at > life.now) continue;
          // Whoever stayed away has had its will published by the machine.
          const wire = [...life.wires.values()].find((each) => each.clientId === clientId);
          const { topic, payload, retain } = will;
          wire?.give({ type: 'publish', topic, payload, qos: 0, retain, dup: false });
        }
        due = due.filter(({ at }) => at > life.now);
        const next = Math.min(...due.map(({ at }) => at));
        if (next !== Infinity) life.wake(next);
      },
    };
  },
};
