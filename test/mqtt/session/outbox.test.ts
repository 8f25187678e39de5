import { describe, expect, it } from 'vitest';
import type { Batch, Durability } from '../../../src/mqtt/machine.ts';
import { Journal } from '../../../src/mqtt/session/journal.ts';
import { Outbox } from '../../../src/mqtt/session/outbox.ts';

const value = new Uint8Array([1]);

function setUp(durability: Durability = 'sync') {
  const batches: Batch[] = [];
  const written: string[] = [];
  const journal = new Journal(durability, (batch) => batches.push([...batch]));
  const outbox = (name: string) =>
    new Outbox(journal, { write: (bytes) => void written.push(`${name}${bytes[0]}`) });
  return { batches, written, journal, outbox };
}

const packet = (number: number) => new Uint8Array([number]);

describe('Journal', () => {
  it('makes one batch of all changes of one input, in their order', () => {
    const { journal, batches } = setUp();
    journal.put('a', value);
    journal.delete('b');
    journal.commit();
    expect(batches).toEqual([
      [
        ['a', value],
        ['b', null],
      ],
    ]);
  });

  it('makes no batch when nothing changed', () => {
    const { journal, batches } = setUp();
    journal.commit();
    expect(batches).toEqual([]);
  });

  it('stores nothing at durability none', () => {
    const { journal, batches } = setUp('none');
    journal.put('a', value);
    journal.delete('a');
    journal.commit();
    expect(batches).toEqual([]);
    expect(journal.barrier).toBe(0);
  });

  it('lets nobody wait at durability interval', () => {
    const { journal, batches } = setUp('interval');
    journal.put('a', value);
    expect(journal.barrier).toBe(0);
    journal.commit();
    expect(batches).toHaveLength(1);
  });

  it('has a barrier from the first change until its batch is durable', () => {
    const { journal } = setUp();
    expect(journal.barrier).toBe(0);
    journal.put('a', value);
    expect(journal.barrier).toBe(1);
    journal.commit();
    expect(journal.barrier).toBe(1);
    journal.put('b', value);
    journal.commit();
    journal.stored(1);
    expect(journal.barrier).toBe(2);
    journal.stored(2);
    expect(journal.barrier).toBe(0);
  });
});

describe('Outbox', () => {
  it('writes at once when nothing was stored', () => {
    const { written, outbox } = setUp();
    outbox('a').send(packet(1), true);
    expect(written).toEqual(['a1']);
  });

  it('holds back what reveals a change until the change is durable, and not a batch longer', () => {
    const { written, journal, outbox } = setUp();
    const box = outbox('a');
    journal.put('a', value);
    box.send(packet(1), true);
    journal.commit();
    expect(written).toEqual([]);
    expect(box.backlog).toBe(1);
    journal.put('b', value);
    box.send(packet(2), true);
    journal.commit();
    journal.stored(1);
    expect(written).toEqual(['a1']);
    journal.stored(2);
    expect(written).toEqual(['a1', 'a2']);
    expect(box.backlog).toBe(0);
  });

  it('makes a draft when it can be written, or leaves it out', () => {
    const { written, journal, outbox } = setUp();
    const box = outbox('a');
    let number = 1;
    const transmitted: string[] = [];
    const mark = (name: string) => ({ transmitted: () => void transmitted.push(name), dropped: () => {} });
    journal.put('a', value);
    box.send({ size: 7, make: () => packet(number) }, true, mark('made'));
    box.send({ size: 5, make: () => undefined }, false, mark('left out'));
    box.send(packet(3), false, mark('whole'));
    expect(box.backlog).toBe(13);
    journal.commit();
    number = 2;
    journal.stored(1);
    expect(written).toEqual(['a2', 'a3']);
    expect(transmitted).toEqual(['made', 'whole']);
    expect(box.backlog).toBe(0);
  });

  it('holds back what reveals a change of an earlier input', () => {
    const { written, journal, outbox } = setUp();
    const box = outbox('a');
    journal.put('a', value);
    journal.commit();
    box.send(packet(1), true);
    journal.commit();
    expect(written).toEqual([]);
  });

  it('lets what reveals nothing go at once, but not past what waits', () => {
    const { written, journal, outbox } = setUp();
    const box = outbox('a');
    journal.put('a', value);
    box.send(packet(1), false);
    box.send(packet(2), true);
    box.send(packet(3), false);
    journal.commit();
    expect(written).toEqual(['a1']);
    journal.stored(1);
    expect(written).toEqual(['a1', 'a2', 'a3']);
  });

  it('lets connections wait for themselves only, in the order in which they began', () => {
    const { written, journal, outbox } = setUp();
    const [a, b] = [outbox('a'), outbox('b')];
    journal.put('a', value);
    b.send(packet(1), true);
    journal.commit();
    a.send(packet(1), true);
    a.send(packet(2), false);
    journal.put('b', value);
    b.send(packet(2), true);
    journal.commit();
    outbox('c').send(packet(1), false);
    expect(written).toEqual(['c1']);
    journal.stored(1);
    expect(written).toEqual(['c1', 'b1', 'a1', 'a2']);
    journal.stored(2);
    expect(written.at(-1)).toBe('b2');
  });

  it('tells what was written and what never will be', () => {
    const { journal, outbox } = setUp();
    const box = outbox('a');
    const told: string[] = [];
    const mark = (name: string) => ({
      transmitted: () => told.push(`${name} transmitted`),
      dropped: () => told.push(`${name} dropped`),
    });
    box.send(packet(1), true, mark('first'));
    journal.put('a', value);
    box.send(packet(2), true, mark('second'));
    journal.commit();
    expect(told).toEqual(['first transmitted']);
    box.discard();
    box.send(packet(3), false, mark('third'));
    journal.stored(1);
    expect(told).toEqual(['first transmitted', 'second dropped', 'third dropped']);
  });

  it('closes after the last thing it was given, and takes nothing after that', () => {
    const { written, journal, outbox } = setUp();
    const box = outbox('a');
    journal.put('a', value);
    box.send(packet(1), true);
    journal.commit();
    box.finish(() => written.push('closed'));
    box.send(packet(2), false);
    expect(written).toEqual([]);
    journal.stored(1);
    expect(written).toEqual(['a1', 'closed']);
    const idle = outbox('b');
    idle.finish(() => written.push('closed too'));
    expect(written.at(-1)).toBe('closed too');
  });
});
