import { CompletionContext } from '@codemirror/autocomplete';
import { typescriptLanguage } from '@codemirror/lang-javascript';
import { EditorState } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { completionsOf } from '../../../viz/playground/completion.ts';
import { readApi } from '../../../viz/site/build/api.ts';

const complete = completionsOf(readApi(new URL('../../../src/index.ts', import.meta.url)));

/** What is offered at the bar. */
function offered(text: string): string[] {
  const pos = text.indexOf('|');
  const state = EditorState.create({
    doc: text.slice(0, pos) + text.slice(pos + 1),
    extensions: [typescriptLanguage],
  });
  return complete(new CompletionContext(state, pos, true))?.options.map(({ label }) => label) ?? [];
}

const story = (script: string, head = "import { scenario } from 'mqtt-amber';"): string =>
  `${head}\nexport default scenario('A story', async (sim, p) => {\n${script}\n});`;

describe('the completion of the playground', () => {
  it('offers what the simulation can do', () => {
    expect(offered(story('sim.|'))).toEqual(
      expect.arrayContaining(['broker', 'client', 'link', 'sleep', 'quiet']),
    );
    expect(offered(story('await sim.sl|'))).toContain('sleep');
  });

  it.each([
    ['a broker', "const hub = sim.broker('hub');\nhub.|", 'shutdown'],
    ['a client', "const lamp = sim.client('lamp', { keepAlive: '5s' });\nawait lamp.|", 'publish'],
    ['a link', 'const wire = sim.link(a, b);\nwire.|', 'partition'],
    ['what is called at once', 'sim.link(a, b).|', 'partition'],
    ['a wire', "const raw = sim.peer('raw');\nconst wire = await raw.dial(hub);\nwire.|", 'abort'],
    ['what arrived', "const lamp = sim.client('lamp');\nlamp.received.|", 'firstKept'],
    ['a message', "const lamp = sim.client('lamp');\nconst message = await lamp.next();\nmessage.|", 'topic'],
    [
      'each message of a loop',
      "const lamp = sim.client('lamp');\nfor (const message of lamp.received) message.|",
      'qos',
    ],
    ['each of a list', "const lamp = sim.client('lamp');\nlamp.received.on('a')[0].|", 'payload'],
  ])('knows %s', (_, script, member) => {
    expect(offered(story(script))).toContain(member);
  });

  it('offers the options of a call, without those that are said', () => {
    const options = offered(story("sim.client('lamp', { keepAlive: '5s', | });"));
    expect(options).toContain('cleanStart');
    expect(options).not.toContain('keepAlive');
    expect(offered(story('const wire = sim.link(a, b);\nwire.partition({ | });'))).toEqual([
      'for',
      'direction',
    ]);
    expect(offered(story("const lamp = sim.client('lamp');\nlamp.publish('a', 'b', { q| });"))).toContain(
      'qos',
    );
  });

  it('offers the options within options', () => {
    expect(offered(story("sim.client('lamp', { will: { | } });"))).toContain('topic');
  });

  it('offers what a text can be', () => {
    expect(offered(story("sim.link(a, b, { preset: '|' });"))).toEqual([
      'lan',
      'wifi',
      'lte',
      'nbiot',
      'satellite',
    ]);
    expect(offered(story("sim.broker('hub', { durability: '|' });"))).toEqual(['none', 'interval', 'sync']);
  });

  it('offers what can be imported, and no types', () => {
    const names = offered(story('pub|'));
    expect(names).toEqual(expect.arrayContaining(['publish', 'puback', 'pubrel', 'cut', 'scenario']));
    expect(names).not.toContain('ClientSettings');
  });

  it('says nothing in comments, in texts, and of what it does not know', () => {
    expect(offered(story('// sim.|'))).toEqual([]);
    expect(offered(story("const a = 'sim.|';"))).toEqual([]);
    expect(offered(story('unknown.|'))).toEqual([]);
  });

  it('is not led round in circles', () => {
    expect(offered(story('const a = b; const b = a; a.|'))).toEqual([]);
  });
});
