import { describe, expect, it } from 'vitest';
import { callText, Identifier, literal, quotedText } from '../../src/runner/literal.ts';

describe('a value as TypeScript', () => {
  it('is what it was when it is read again', () => {
    const value = {
      text: 'it\'s "so"\n',
      bytes: new Uint8Array([0, 255]),
      list: [1, 2.5, -3, 1_234_567, true, Number.POSITIVE_INFINITY],
      'a-name': { deep: [{ deeper: 'x'.repeat(120) }] },
    };
    const again = new Function(`return ${literal(value)};`)() as typeof value;
    expect(again).toEqual(value);
  });

  it('fits on a line, or has a line for each of its entries', () => {
    expect(literal({ at: 1_000_000, detail: {}, gone: undefined })).toBe('{ at: 1_000_000, detail: {} }');
    expect(literal({ first: 'x'.repeat(60), second: ['y'.repeat(60)] }, 1)).toBe(
      `{\n    first: '${'x'.repeat(60)}',\n    second: ['${'y'.repeat(60)}'],\n  }`,
    );
    expect(literal([123, 9_999, 10_000])).toBe('[123, 9999, 10_000]');
  });

  it('may have names of the program among it', () => {
    const hub = new Identifier('hub');
    expect(callText('sim.link', [hub, 'b', { latency: '5ms' }], 0, 0)).toBe(
      "sim.link(hub, 'b', { latency: '5ms' })",
    );
    expect(callText('sim.now', [], 0, 0)).toBe('sim.now()');
  });

  it('is quoted as people do it', () => {
    expect([quotedText('a'), quotedText("it's"), quotedText('a "b"'), quotedText('\\')]).toEqual([
      "'a'",
      '"it\'s"',
      '\'a "b"\'',
      "'\\\\'",
    ]);
  });

  it('cannot be what has no spelling', () => {
    expect(() => literal(() => 1)).toThrow(TypeError);
    expect(() => literal({ when: new Date(0) })).toThrow('an object of a class');
  });
});
