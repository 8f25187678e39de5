import { describe, expect, it } from 'vitest';
import { DialogueError } from '../../src/dialogue/dialogue.ts';
import { parseDialogue } from '../../src/dialogue/parse.ts';

const HEAD = 'title: A test\nversions: 3.1.1, 5.0\nproves: 5.0/MQTT-3.1.2-4\n';

describe('the text of a dialogue', () => {
  it('says what is shown, where, and what the broker has to be told', () => {
    const text = `${HEAD}broker: receiveMaximum=2 retainAvailable=false\n\na connects\n`;
    expect(parseDialogue(text, 'x')).toMatchObject({
      name: 'x',
      title: 'A test',
      versions: [4, 5],
      proves: ['5.0/MQTT-3.1.2-4'],
      broker: { receiveMaximum: 2, retainAvailable: false },
    });
  });

  it('keeps for each step its line, its words and its versions', () => {
    const { steps } = parseDialogue(
      `${HEAD}\n# a comment\n[5.0] a > publish "t # x" hi qos=1 # behind\nb drops\nsleep 1.5s\na < silence 200ms\n`,
      'x',
    );
    expect(steps).toMatchObject([
      {
        kind: 'send',
        line: 6,
        client: 'a',
        versions: [5],
        text: '[5.0] a > publish "t # x" hi qos=1',
        packet: { type: 'publish', words: { named: [['qos', '1']] } },
      },
      { kind: 'drop', client: 'b', line: 7 },
      { kind: 'sleep', micros: 1_500_000 },
      { kind: 'expect', expectation: { kind: 'silence', micros: 200_000 } },
    ]);
  });

  it('gathers indented lines that may come in any order', () => {
    const { steps } = parseDialogue(`${HEAD}any order:\n  a < pingresp\n  b < close\na connects\n`, 'x');
    expect(steps).toMatchObject([
      { kind: 'any-order', steps: [{ line: 5 }, { line: 6 }] },
      { kind: 'connect' },
    ]);
  });

  it.each([
    ['versions: 5.0\nproves: 5.0/1\na connects\n', 1, "there is no 'title:'"],
    ['title: x\nversions: 4\nproves: 5.0/1\na connects\n', 2, "'4' is no version"],
    ['title: x\nversions: constructor\nproves: 5.0/1\na connects\n', 2, "'constructor' is no version"],
    ['title: x\nversions: 5.0\nproves: 3.1.2-4\n', 3, "'3.1.2-4' is no statement"],
    [`${HEAD}broker: x\n`, 4, "'x' is no option"],
    [`${HEAD}a\n`, 4, "cannot read 'a'"],
    [`${HEAD}a says hello\n`, 4, 'is neither >, <, connects nor drops'],
    [`${HEAD}a > publishh t\n`, 4, "'publishh' is no packet"],
    [`${HEAD}a > publish t x y\n`, 4, "publish has no room for 'y'"],
    [`${HEAD}a > publish t keepAlive=1\n`, 4, "publish has no field 'keepAlive'"],
    [`${HEAD}a > publish "t\n`, 4, 'cannot read'],
    [`${HEAD}a > hex 1\n`, 4, 'no bytes in hexadecimal'],
    [`${HEAD}a < refusal\n`, 4, 'a refusal has a reason code'],
    [`${HEAD}sleep 3\n`, 4, "'3' is no time"],
    [`${HEAD}  a < close\n`, 4, "belongs below 'any order:'"],
    [`${HEAD}any order:\n  a > pingreq\n`, 5, 'only lines with <'],
    [`${HEAD}[4.0] a connects\n`, 4, "'4.0' is no version"],
  ])('is refused with its line: %j', (text, line, message) => {
    let thrown: unknown;
    try {
      parseDialogue(text, 'file');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(DialogueError);
    expect((thrown as Error).message).toMatch(new RegExp(`^file:${line}: `));
    expect((thrown as Error).message).toContain(message);
  });
});
