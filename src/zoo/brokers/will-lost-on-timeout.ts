import type { Mutant } from '../mutation.ts';

export const willLostOnTimeout: Mutant = {
  name: 'will-lost-on-timeout',
  of: 'broker',
  wrong: 'a client whose keep-alive ran out is let go without its will',
  seen: ['emqx/emqx#29'],
  rule: 'will.due',
  story: 'wills',
  begin: (life) => {
    const limits = new Map<number, { micros: number; heardAt: number }>();
    return {
      received: (packet, wire) => {
        if (packet.type === 'connect') {
          const micros = packet.keepAlive === 0 ? Infinity : packet.keepAlive * 1_500_000;
          limits.set(wire.id, { micros, heardAt: life.now });
        }
        const limit = limits.get(wire.id);
        if (limit !== undefined) limit.heardAt = life.now;
        return [packet];
      },
      timer: (key) => {
        const wire = life.wires.get(Number(key.split('/')[1]));
        const limit = wire === undefined ? undefined : limits.get(wire.id);
        if (limit === undefined || life.now - limit.heardAt < limit.micros) return true;
        wire!.give({ type: 'disconnect', reasonCode: 0 });
        return false;
      },
    };
  },
};
