/** The picture in README.md is what `amber export TRACE --svg OUT --from 160ms` draws of its story; `-u` draws it anew. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readTrace } from '../../../src/trace/reader.ts';
import { drawPicture } from '../../../viz/export/picture.ts';
import type { Story } from '../../../viz/index/story.ts';
import { readStory } from '../../../viz/index/trace-index.ts';
import { repository } from '../../programs.ts';
import { recorded } from '../recorded.ts';

let story: Story;

beforeAll(async () => {
  const { header, list, footer } = readTrace(Buffer.from(await recorded('qos2-cut.ts', { seed: 1 })));
  story = readStory({ header, events: list, footer });
});

describe('the picture in README.md', () => {
  it.each(['light', 'dark'] as const)('is that of its story, %s', async (theme) => {
    const { svg } = drawPicture(story, { theme, from: 160_000 });
    await expect(svg).toMatchFileSnapshot(join(repository, 'docs', `qos2-cut-${theme}.svg`));
  });

  it('tells of the handshake, the cut in it, and that what was sent again came once', () => {
    const { svg } = drawPicture(story, { theme: 'light', from: 160_000 });
    for (const type of ['PUBLISH', 'PUBREC', 'PUBREL', 'PUBCOMP']) expect(svg).toContain(`>${type}<`);
    expect(svg.match(/>DUP</g)).toHaveLength(2); // In the picture, and what it means.
    expect(svg).toContain('1 packet is lost.');
    for (const words of ['connection reset', 'sent again', 'packet identifier', 'session present'])
      expect(svg).toContain(words);
  });
});
