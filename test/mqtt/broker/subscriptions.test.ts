import { describe, expect, it } from 'vitest';
import { Session } from '../../../src/mqtt/broker/session.ts';
import { type Granted, Subscriptions } from '../../../src/mqtt/broker/subscriptions.ts';
import { Hub } from './hub.ts';

/** A session only in name: who gets a topic depends on nothing else. */
function session(clientId: string): Session {
  const bare = Object.create(Session.prototype) as Session;
  return Object.assign(bare, { clientId, subscriptions: undefined });
}

describe('targets', () => {
  const a = session('a');
  const b = session('b');
  const make = (granted: Granted[], overlap: 'once' | 'each' = 'once') => {
    const subscriptions = new Subscriptions(new Hub({}, { attentive: false }), overlap);
    for (const one of granted) subscriptions.set(a, one);
    return subscriptions;
  };

  it('carry the identifiers of all matching subscriptions, for 5.0', () => {
    const subscriptions = make([
      { filter: 'x/#', qos: 0, identifier: 7 },
      { filter: 'x/y', qos: 1, identifier: 9 },
      { filter: 'z', qos: 2, identifier: 11 },
    ]);
    expect(subscriptions.targets('x/y')).toMatchObject([{ qos: 1, identifiers: [7, 9] }]);
  });

  it('leave out No Local subscriptions for the own client, and only for it', () => {
    const subscriptions = make([
      { filter: 'x/#', qos: 2, noLocal: true },
      { filter: 'x/y', qos: 1 },
    ]);
    const [both] = subscriptions.targets('x/y');
    expect([both!.qos, both!.own?.qos]).toEqual([2, 1]);
    const [silent] = subscriptions.targets('x/z');
    expect([silent!.qos, silent!.own]).toEqual([2, undefined]);
  });

  it('of more than two subscriptions are as good as the best, for others and for the own client', () => {
    const subscriptions = make([
      { filter: 'x/#', qos: 2, noLocal: true, identifier: 1 },
      { filter: 'x/+', qos: 0, identifier: 2 },
      { filter: '+/y', qos: 2, noLocal: true, identifier: 3 },
      { filter: 'x/y', qos: 1, identifier: 4 },
    ]);
    const [all] = subscriptions.targets('x/y');
    expect([all!.qos, all!.identifiers]).toEqual([2, [1, 2, 3, 4]]);
    expect([all!.own?.qos, all!.own?.identifiers]).toEqual([1, [2, 4]]);
  });

  it('have Retain As Published when one of their subscriptions has', () => {
    const subscriptions = make([
      { filter: 'x/#', qos: 2 },
      { filter: 'x/y', qos: 1, retainAsPublished: true },
    ]);
    expect(subscriptions.targets('x/y')).toMatchObject([{ retainAsPublished: true }]);
    expect(subscriptions.targets('x/z')).toMatchObject([{ retainAsPublished: false }]);
  });

  it('are remembered of a topic that comes again, until a subscription changes', () => {
    const subscriptions = make([{ filter: 'x', qos: 1 }]);
    subscriptions.targets('x');
    const before = subscriptions.targets('x');
    expect(subscriptions.targets('x')).toBe(before);
    subscriptions.set(b, { filter: 'x', qos: 0 });
    expect(subscriptions.targets('x').map((target) => target.session.clientId)).toEqual(['a', 'b']);
    expect(before).toHaveLength(1);
    subscriptions.delete(a, 'x');
    expect(subscriptions.targets('x').map((target) => target.session.clientId)).toEqual(['b']);
  });

  it('are made once for a subscription, however many topics it matches', () => {
    const subscriptions = make([{ filter: 'x/#', qos: 1, identifier: 7 }]);
    expect(subscriptions.targets('x/y')[0]).toBe(subscriptions.targets('x/z')[0]);
    subscriptions.set(a, { filter: 'x/#', qos: 2 });
    expect(subscriptions.targets('x/y')).toMatchObject([{ qos: 2, identifiers: undefined }]);
  });

  it('are remembered up to a limit that counts targets, so that many topics of many sessions fit into memory', () => {
    const subscriptions = make([]);
    for (let i = 0; i < 1000; i++) subscriptions.set(session(`s${i}`), { filter: '#', qos: 1 });
    const ask = (topics: number): void => {
      for (let i = 1; i <= topics; i++) subscriptions.targets(`topic/${i}`);
    };
    subscriptions.targets('topic/0');
    const first = subscriptions.targets('topic/0');
    for (let round = 0; round < 2; round++) ask(1000);
    expect(subscriptions.targets('topic/0')).toBe(first);
    for (let round = 0; round < 2; round++) ask(1100);
    expect(subscriptions.targets('topic/0')).not.toBe(first);
    expect(subscriptions.targets('topic/0')).toEqual(first);
  });
});
