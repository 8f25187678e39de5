/** Every statement of the standards is shown by a test and named where it is kept, and the page that says so is current. */
import { describe, expect, it } from 'vitest';
import { STATEMENTS } from '../src/check/rules/statements.ts';
import { claimsOf, gather, strangersIn } from './conformance/evidence.ts';
import { page } from './conformance/page.ts';
import { REASONS } from './conformance/reasons.ts';
import { titlesOf } from './conformance/titles.ts';
import { TRAPS } from './conformance/traps.ts';

const evidence = gather(TRAPS.length);
const ids = STATEMENTS.map(({ id }) => id);
const traps = TRAPS.map((_, i) => `trap ${i + 1}`);

describe('the statements', () => {
  it('are 141 of 3.1.1 and 251 of 5.0, each once', () => {
    expect(ids.filter((id) => id.startsWith('3.1.1/'))).toHaveLength(141);
    expect(ids.filter((id) => id.startsWith('5.0/'))).toHaveLength(251);
    expect(new Set(ids).size).toBe(392);
  });

  it('that are named exist in the version they are named with', () => {
    expect(evidence.strangers).toEqual([]);
  });

  it('have a test each, or a reason why none can be', () => {
    const unshown = [...ids, ...traps].filter((id) => !evidence.proofs.has(id) && REASONS[id] === undefined);
    expect(unshown).toEqual([]);
  });

  it('have a place in the code each, or a reason why none can be', () => {
    const unnamed = ids.filter((id) => !evidence.places.has(id) && REASONS[id] === undefined);
    expect(unnamed).toEqual([]);
  });

  it('have no reason beside a test', () => {
    expect(Object.keys(REASONS).filter((id) => !ids.includes(id) || evidence.proofs.has(id))).toEqual([]);
  });

  it('are on a page that is current (npm run conformance)', async () => {
    await expect(page(evidence)).toMatchFileSnapshot('../docs/conformance.md');
  });
});

describe('the reading of titles', () => {
  const read = (text: string) => titlesOf('x.test.ts', text).map((title) => title.text);

  it('finds tests in blocks, and leaves out those that may not run', () => {
    const text = `describe('a', () => { it('b', f); it.skip('c', f); it.todo('d'); it.runIf(x)('e', f); });
      describe.skip('f', () => { it('g', f); });`;
    expect(read(text)).toEqual(['a b']);
  });

  it('finds what tables put into titles', () => {
    const text = `const rows: Row[] = [['one', 1, '[x]'], ['two', 2, '[y]']];
      it.each(rows)('%s is %i $2', f);
      it.each([{ what: 'three' }, { what: 'four' }] as const)('$what', f);
      it.each(['five'])('%s', f);
      describe.each([4, 5])('version %i', () => { it('six', f); });`;
    expect(read(text)).toEqual([
      'one is 1 [x]',
      'two is 2 [y]',
      'three',
      'four',
      'five',
      'version 4 six',
      'version 5 six',
    ]);
  });

  it('finds what loops and functions put into titles', () => {
    const text = `for (const [what, id] of [['one', '[x]'], ['two', '[y]']]) it(\`\${what} \${id}\`, f);
      for (const [what] of Object.entries({ three: 1, 'and four': 2 })) { it(\`\${what}\`, f); }
      for (const { name } of ROWS) it(\`\${name} \${call()}\`, f);
      const ROWS = [{ name: 'five' }];
      function refuses(rows) { it.each(rows)('%s', f); }
      function nobodyCalls() { it('never', f); }
      refuses(['six']);`;
    expect(read(text)).toEqual(['one [x]', 'two [y]', 'three', 'and four', 'five …', 'six']);
  });

  it('takes for proof what stands in brackets, with its version', () => {
    expect(
      claimsOf('a test [3.1.1/MQTT-3.1.2-4] [5.0/MQTT-3.1.2-4]: it runs [trap 7] (5.0/MQTT-3.1.2-5)'),
    ).toEqual({
      claims: ['3.1.1/MQTT-3.1.2-4', '5.0/MQTT-3.1.2-4', 'trap 7'],
      title: 'a test: it runs (5.0/MQTT-3.1.2-5)',
    });
  });

  it('finds statements that do not exist, or are named without their version', () => {
    expect(strangersIn('x.ts', 'see 3.1.1/MQTT-3.1.2-4,\n5.0/MQTT-9.9.9-1 and\nMQTT-3.1.2-4')).toEqual([
      'x.ts:2: there is no 5.0/MQTT-9.9.9-1',
      'x.ts:3: MQTT-3.1.2-4 is named without its version',
    ]);
  });
});
