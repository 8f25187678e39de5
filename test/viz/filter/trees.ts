/** Filters drawn by chance, as the parser makes them. */
import fc from 'fast-check';
import { FIELDS, FLAGS, hasRanges, operatorsOf } from '../../../viz/filter/fields.ts';
import type { Filter, Operator, Value } from '../../../viz/filter/filter.ts';
import { readValue } from '../../../viz/filter/values.ts';

const nowhere = { start: 0, length: 0 };
const words = fc.oneof(
  fc.constantFrom(
    'hub',
    'sensor',
    'plant/+/temperature',
    'a b',
    'say "so"',
    'back\\slash',
    'not',
    '..',
    '=x',
  ),
  fc.string({ minLength: 1, maxLength: 12 }),
);
const numbers = fc.constantFrom('0', '1', '2', '7', '0x87', '481');
const texts: Readonly<Record<string, fc.Arbitrary<string>>> = {
  number: numbers,
  time: fc.constantFrom('0', '20ms', '1.5s', '300.5ms', '1:05.2'),
  version: fc.constantFrom('3.1', '3.1.1', '5'),
  type: fc.constantFrom('PUBLISH', 'puback', 'PUB*', 'CONNECT'),
  topic: fc.constantFrom('plant/+/temperature', 'plant/#', '#', 'a b', '$share/g/plant/#', 'a(b)', 'a,b'),
  dotted: fc.constantFrom('app', 'packet.sent', 'conn.*'),
};

const compare: fc.Arbitrary<Filter> = fc
  .constantFrom(...FIELDS)
  .chain((field) =>
    fc.constantFrom(...operatorsOf(field.kind)).chain((operator) =>
      fc
        .array(texts[field.kind] ?? (field.kind === 'reason' ? fc.oneof(numbers, words) : words), {
          minLength: 1,
          maxLength: 3,
        })
        .map((drawn) => ({ field, operator, drawn })),
    ),
  )
  .filter(({ field, operator, drawn }) =>
    drawn.every((text) => readValue(field, operator, text).wrong === undefined),
  )
  .map(({ field, operator, drawn }) => ({
    kind: 'compare',
    field: field.name,
    operator: operator as Operator,
    values: drawn.map((text) => readValue(field, operator, text).value!),
    place: nowhere,
  }));

const within: fc.Arbitrary<Filter> = fc
  .constantFrom(...FIELDS.filter(({ kind }) => hasRanges(kind)))
  .chain((field) => {
    const end = (texts[field.kind] ?? numbers).map((text) => readValue(field, '<=', text).value as Value);
    return fc.tuple(end, end, fc.integer({ min: 0, max: 2 })).map(([one, other, open]) => {
      const [from, to] = one.number <= other.number ? [one, other] : [other, one];
      return {
        kind: 'within' as const,
        field: field.name,
        from: open === 1 ? undefined : from,
        to: open === 2 ? undefined : to,
        place: nowhere,
      };
    });
  });

const has: fc.Arbitrary<Filter> = fc
  .constantFrom(...FLAGS, ...FIELDS)
  .map(({ name }) => ({ kind: 'has', name, place: nowhere }));

/** Any filter of a few terms. */
export const filters: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    compare,
    has,
    within,
    tie('filter').map((part): Filter => ({ kind: 'not', part, place: nowhere })),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('filter'), { minLength: 2, maxLength: 3 }),
      )
      .map(([kind, parts]): Filter => ({ kind, parts, place: nowhere })),
  ),
})).filter;

/** The same without places, to be compared. */
export function bare(filter: Filter): unknown {
  return JSON.parse(JSON.stringify(filter, (key, value) => (key === 'place' ? undefined : value)));
}
