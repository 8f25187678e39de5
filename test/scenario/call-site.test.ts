import { describe, expect, it } from 'vitest';
import { nameModule, placeOf, siteOf } from '../../src/scenario/call-site.ts';

const own = new URL('../../src/scenario/simulation.ts', import.meta.url).href;

describe('the line that an error is about', () => {
  it.each([
    ['a file', 'file:///home/me/story.ts', '/home/me/story.ts'],
    ['a path', '/home/me/story.ts', '/home/me/story.ts'],
    ['a disk of Windows', 'C:\\me\\story.ts', 'C:\\me\\story.ts'],
    ['an address', 'http://127.0.0.1:8080/story.js', 'http://127.0.0.1:8080/story.js'],
    ['a text of a page', 'blob:http://127.0.0.1:8080/0a-1b', 'blob:http://127.0.0.1:8080/0a-1b'],
    ['a text of a frame without an origin', 'blob:null/0a-1b', 'blob:null/0a-1b'],
  ])('is found in %s, as the engines write it', (_, written, file) => {
    for (const frame of [
      `    at script (${written}:4:3)`,
      `    at ${written}:4:3`,
      `script@${written}:4:3`,
    ]) {
      const stack = `Error: no\n    at broker (${own}:10:5)\n${frame}\n    at async ${own}:1:1`;
      expect(siteOf(stack)).toEqual({ file, line: 4, column: 3 });
    }
  });

  it("is unknown when no frame is the author's", () => {
    expect(siteOf(`Error: no\n    at broker (${own}:10:5)\n    at node:internal/timers:1:2`)).toBeUndefined();
    expect(siteOf(undefined)).toBeUndefined();
  });

  it('is told with the name of its file when the module came from an address of its own', () => {
    const address = 'blob:http://127.0.0.1:8080/0b5c5d5e';
    nameModule(address, 'story.ts');
    const site = siteOf(`Error: no\n    at async default (${address}:12:5)`)!;
    expect(site).toEqual({ file: 'story.ts', line: 12, column: 5 });
    expect(placeOf(site)).toBe('story.ts:12');
  });
});
