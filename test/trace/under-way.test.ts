import { describe, expect, it } from 'vitest';
import { type Sent, UnderWay } from '../../src/trace/under-way.ts';

function sentAs(i: number): Sent {
  return { i, packet: i % 2 === 0, n: `a${i % 11}`, conn: `a>b#${i % 13}`, head: i * 3 };
}

function add(underWay: UnderWay, i: number): void {
  const { packet, n, conn, head } = sentAs(i);
  underWay.add(i, packet, n, conn, head);
}

function arrive(underWay: UnderWay, i: number): void {
  const sent = underWay.get(i);
  expect(sent).toEqual(sentAs(i));
  underWay.delete(sent!);
  expect(underWay.get(i)).toBeUndefined();
}

describe('what is under way', () => {
  it('is found by its ordinal until it has arrived, however much was sent meanwhile', () => {
    const underWay = new UnderWay();
    const waiting: number[] = [];
    for (let i = 1; i <= 20_000; i++) {
      add(underWay, i);
      // Every seventh waits long, the others arrive three later.
      if (i % 7 === 0) waiting.push(i);
      if (i > 3 && (i - 3) % 7 !== 0) arrive(underWay, i - 3);
      if (i % 70 === 0) arrive(underWay, waiting.splice(waiting.length >> 1, 1)[0]!);
    }
    expect(waiting.length).toBeGreaterThan(2_000);
    for (const i of waiting) arrive(underWay, i);
  });

  it('is nothing that was never sent', () => {
    const underWay = new UnderWay();
    add(underWay, 5);
    for (const ordinal of [0, 1, 5 + 4_096, 5 + 2 ** 32]) expect(underWay.get(ordinal)).toBeUndefined();
  });
});
