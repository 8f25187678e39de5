import fc from 'fast-check';

export const SEED = 20_261_122;

/** Few short levels, so that filters and names meet; an empty one, one with '$', one outside ASCII. */
const literal = fc.constantFrom('', 'a', 'b', 'ab', '$s', 'ü');
const wild = fc.oneof({ weight: 2, arbitrary: literal }, { weight: 1, arbitrary: fc.constant('+') });

export const name = fc
  .array(literal, { minLength: 1, maxLength: 5 })
  .map((levels) => levels.join('/'))
  .filter((text) => text !== '');

export const filter = fc
  .tuple(fc.array(wild, { maxLength: 5 }), fc.boolean())
  .map(([levels, hash]) => [...levels, ...(hash ? ['#'] : [])].join('/'))
  .filter((text) => text !== '');
