import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeBase64url } from '../../../src/trace/base64url.ts';
import { readStoryLink, storyLink } from '../../../viz/playground/story-link.ts';

describe('a story in a link', () => {
  it('comes back to the letter, with its seed and its parameters', async () => {
    const shared = {
      source: "import { scenario } from 'mqtt-amber';\n// ünïcode \u{1f98b} \r\n\t`1`",
      seed: 'a seed, with #&=%',
      parameters: { loss: '0.5', 'odd name': 'x&y' },
    };
    const link = await storyLink(shared);
    expect(link).toMatch(/^[\w.~%&=+*-]+$/);
    expect(await readStoryLink(`#${link}`)).toEqual(shared);
  });

  it('says no more than it has to', async () => {
    const link = await storyLink({ source: 'a', seed: '1', parameters: {} });
    expect(link).toMatch(/^code=[\w-]+$/);
  });

  it('is none where there is no story', async () => {
    expect(await readStoryLink('')).toBeUndefined();
    expect(await readStoryLink('#story=hello')).toBeUndefined();
  });

  it.each([
    ['what is no base64', 'code=%21%21'],
    ['what is not packed', 'code=AAAA'],
    ['a link that was cut', `code=${encodeBase64url(deflateRawSync('x'.repeat(500))).slice(0, 6)}`],
    ['a bomb', `code=${encodeBase64url(deflateRawSync(Buffer.alloc(50_000_000)))}`],
  ])('refuses %s in one sentence', async (_, link) => {
    await expect(readStoryLink(`#${link}`)).rejects.toThrow(
      /^The story in this link is damaged(, or too long)?\.$/,
    );
  });
});
