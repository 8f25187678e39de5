import { describe, expect, it } from 'vitest';
import { brokenInto } from '../../viz/layout/broken-words.ts';

const letters = (line: string): number => line.length;

describe('words that are broken into lines', () => {
  it('are as narrow as so many lines can be', () => {
    expect(brokenInto('holds the message #1: "5 euro"', 4, letters)).toEqual([
      'holds the message #1: "5 euro"',
      'holds the message\n#1: "5 euro"',
      'holds the\nmessage #1:\n"5 euro"',
      'holds the\nmessage\n#1:\n"5 euro"',
    ]);
  });

  it('have no more lines than words', () => {
    expect(brokenInto('forgets #1', 4, letters)).toEqual(['forgets #1', 'forgets\n#1']);
    expect(brokenInto('forgets', 4, letters)).toEqual(['forgets']);
  });
});
