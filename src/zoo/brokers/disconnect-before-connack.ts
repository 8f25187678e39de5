import type { Mutant } from '../mutation.ts';

export const disconnectBeforeConnack: Mutant = {
  name: 'disconnect-before-connack',
  of: 'broker',
  wrong: 'who is refused is sent a DISCONNECT where CONNACK is due',
  seen: ['nanomq/NanoNNG#147'],
  rule: 'order.connack',
  story: 'terms',
  begin: () => ({
    sent: (packets, wire) =>
      packets.map((packet) =>
        packet.type === 'connack' && packet.reasonCode !== 0 && wire.version === 5
          ? { type: 'disconnect', reasonCode: 0x87 }
          : packet,
      ),
  }),
};
