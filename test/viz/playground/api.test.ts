import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as amber from '../../../src/index.ts';
import type { Member } from '../../../viz/playground/api.ts';
import { readApi } from '../../../viz/site/build/api.ts';

const api = readApi(new URL('../../../src/index.ts', import.meta.url));

const membersOf = (type: string): readonly Member[] => api.types[type]?.members ?? [];
const namesOf = (members: readonly Member[]): string[] => members.map(({ name }) => name).sort();

/** What every handle has when it is there, and the editor is to know. */
function publicNames(prototype: object): string[] {
  const names = new Set<string>();
  for (let at = prototype; at !== Object.prototype; at = Object.getPrototypeOf(at) as object) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  }
  names.delete('constructor');
  return [...names].sort();
}

/** What says of itself that it is not for stories. */
const scenarioSources = new URL('../../../src/scenario/', import.meta.url);
const internal = new Set(
  readdirSync(scenarioSources).flatMap((file) =>
    [
      ...readFileSync(new URL(file, scenarioSources), 'utf8').matchAll(
        /(?:@internal[^*]*\*\/\s*(?:get |protected )?|\bprotected )(\w+)/g,
      ),
    ].map(([, name]) => name!),
  ),
);

describe('what the editor knows of mqtt-amber', () => {
  it('is every name that the package exports, and whether it is there when a story runs', () => {
    const values = api.exports.filter(({ value }) => value).map(({ name }) => name);
    // Handles are made by the simulation; the package exports their types alone.
    const handles = [
      'Broker',
      'Client',
      'Link',
      'NodeHandle',
      'Peer',
      'Received',
      'ReceivedMessage',
      'Simulation',
      'Wire',
    ];
    expect(values.filter((name) => !handles.includes(name)).sort()).toEqual(Object.keys(amber).sort());
    for (const handle of handles) expect(namesOf(api.exports)).toContain(handle);
  });

  it('is every method and field of the handles, and none that is internal', async () => {
    const { run, scenario } = amber;
    const seen = new Map<string, object>();
    const story = scenario('All handles', async (sim) => {
      const hub = sim.broker('hub');
      const lamp = sim.client('lamp');
      const link = sim.link(lamp, hub);
      const peer = sim.peer('raw');
      await lamp.connect(hub);
      await lamp.subscribe('a');
      await lamp.publish('a', 'b');
      const message = await lamp.next();
      const wire = peer.dial(hub);
      for (const [name, handle] of Object.entries({
        Simulation: sim,
        Broker: hub,
        Client: lamp,
        Link: link,
        Peer: peer,
        Received: lamp.received,
        ReceivedMessage: message,
        Wire: wire,
      })) {
        seen.set(name, handle as object);
      }
    });
    const { error } = await run(
      story,
      {},
      { yieldToScript: () => new Promise((resolve) => setImmediate(resolve)) },
    );
    expect(error).toBeUndefined();
    expect([...seen.keys()]).toHaveLength(8);
    for (const [name, handle] of seen) {
      const real = publicNames(Object.getPrototypeOf(handle) as object).filter((each) => !internal.has(each));
      const known = namesOf(membersOf(name));
      expect({ name, missing: real.filter((each) => !known.includes(each)) }).toEqual({ name, missing: [] });
      expect(known.filter((each) => internal.has(each))).toEqual([]);
    }
  });

  it('has the options of a call, those that are put together too, with what they are', () => {
    expect(namesOf(membersOf('Link.partition options'))).toEqual(['direction', 'for']);
    expect(namesOf(membersOf('Link.spike options'))).toEqual(['by', 'direction', 'for']);
    const client = membersOf('Simulation').find(({ name }) => name === 'client')!;
    expect(client.takes?.[1]).toBe('ClientSettings');
    const keepAlive = membersOf('ClientSettings').find(({ name }) => name === 'keepAlive')!;
    expect(keepAlive).toMatchObject({ kind: 'property', detail: 'Duration' });
    expect(keepAlive.doc).not.toBe('');
  });

  it('knows what calls, lists and callbacks give', () => {
    const of = (type: string, name: string): Member =>
      membersOf(type).find((member) => member.name === name)!;
    expect(of('Simulation', 'broker').type).toBe('Broker');
    expect(of('Client', 'next').type).toBe('ReceivedMessage');
    expect(of('Peer', 'dial').type).toBe('Wire');
    expect(api.types.Received?.each).toBe('ReceivedMessage');
    expect(api.exports.find(({ name }) => name === 'scenario')?.detail).toBe('(name, options, script)');
  });
});
