import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { TcpCarrier } from '../../src/net/tcp-carrier.ts';

it('says why the first address of a name refused, when none of several took the connection', async () => {
  const socket = new Socket();
  const refused = (address: string) =>
    Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: 'ECONNREFUSED' });
  const ended = new Promise((resolve) => {
    new TcpCarrier(socket, false).begin({
      opened: () => {},
      received: () => {},
      ended: (end, problem) => resolve([end, problem?.message]),
    });
  });
  // As Node makes it, which tries ::1 and 127.0.0.1 for localhost.
  socket.destroy(
    Object.assign(new AggregateError([refused('::1:1883'), refused('127.0.0.1:1883')], ''), {
      code: 'ECONNREFUSED',
    }),
  );
  expect(await ended).toEqual(['refused', 'connect ECONNREFUSED ::1:1883']);
});
