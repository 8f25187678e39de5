/** Every malformed or forbidden packet of a server ends its connection, is answered as the version has it, and is believed in nothing. */
import { describe, expect, it } from 'vitest';
import { encode } from '../../../src/mqtt/codec/index.ts';
import { type Refused, refused50, refused311, refusedBytes } from '../codec/refused.ts';
import { insteadOfConnack50, insteadOfConnack311, type Malformed, online50, online311 } from './malformed.ts';
import { publishFrom, Rig } from './rig.ts';

const CONNACK = 2;
/** CONNECT, SUBSCRIBE, UNSUBSCRIBE and PINGREQ are no packets of a server, however well they are formed. */
const OF_CLIENTS = new Set([1, 8, 10, 12]);

/** What the codec refuses and a server could send. */
function refusedOf(rows: readonly Refused[], ofConnack: boolean): Malformed[] {
  return rows.flatMap(([what, bytes, , rule, reasonCode]): Malformed[] => {
    const type = (refusedBytes(bytes)[0] ?? 0) >> 4;
    if (bytes === '' || OF_CLIENTS.has(type) || (type === CONNACK) !== ofConnack) return [];
    return [[what, bytes, rule, reasonCode]];
  });
}

const corpora = [
  { version: '3.1.1', moment: 'instead of CONNACK', own: insteadOfConnack311, rows: refused311 },
  { version: '3.1.1', moment: 'when it is online', own: online311, rows: refused311 },
  { version: '5.0', moment: 'instead of CONNACK', own: insteadOfConnack50, rows: refused50 },
  { version: '5.0', moment: 'when it is online', own: online50, rows: refused50 },
] as const;

const all = corpora.flatMap(({ version, moment, own, rows }) =>
  [...own, ...refusedOf(rows, moment === 'instead of CONNACK')].map(([what, bytes, rule, reasonCode]) => ({
    ...{ version, moment, what, bytes: refusedBytes(bytes), rule, reasonCode },
    name: `${what}, ${moment} of ${version}`,
  })),
);

describe('a client', () => {
  it('meets more than a hundred malformed packets, each another', () => {
    expect(all.length).toBeGreaterThan(100);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });

  for (const { name, version, moment, bytes, rule, reasonCode } of all) {
    it(`closes after ${name} [${rule}]`, () => {
      const protocolVersion = version === '5.0' ? 5 : 4;
      const since5 = protocolVersion === 5 ? { maximumPacketSize: 32, topicAliasMaximum: 2 } : {};
      const rig = new Rig({ protocolVersion, ...since5 });
      rig.connect();
      rig.opened();
      if (moment === 'when it is online') rig.accept();
      const calls = [rig.publish('a', 1), rig.publish('b', 2), rig.subscribe('c'), rig.unsubscribe('d')];
      rig.forget();
      // A good message right behind it, in the same bytes, is not looked at.
      const behind = encode(publishFrom('z', 0), protocolVersion);
      rig.receiveBytes(rig.dialled, Uint8Array.from([...bytes, ...behind]));
      expect(rig.takeSent()).toEqual(protocolVersion === 5 ? [{ type: 'disconnect', reasonCode }] : []);
      expect(rig.ofKind('close')).toEqual([{ kind: 'close', connection: 1, manner: 'finish' }]);
      expect(rig.deliveries()).toEqual([]);
      expect(rig.rules()).toEqual([rule]);
      expect(rig.client.status).toBe('waiting');
      // What was under way is not over: it goes on with the next connection.
      rig.forget();
      rig.comeOnline();
      expect(calls.map((call) => rig.outcome(call))).toEqual(calls.map(() => undefined));
      expect(rig.client.status).toBe('online');
    });
  }
});
