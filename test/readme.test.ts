/** What README.md says of the first story is what it is and prints. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from './programs.ts';

const readme = readFileSync(join(repository, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language, text]) => ({
  language,
  text,
}));

describe('README.md', () => {
  it('has the whole of the first story', () => {
    const story = readFileSync(join(repository, 'sims', 'flapping-uplink.ts'), 'utf8');
    expect(blocks.filter(({ language }) => language === 'ts').map(({ text }) => text)).toContain(story);
  });

  it('shows what npm start prints, but for how long it really took and how many rules there are by now', () => {
    const start = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')).scripts.start;
    const [, ...args] = start.split(' ');
    const { stdout, status } = spawnSync(process.execPath, args, { cwd: repository, encoding: 'utf8' });
    const timeless = (text: string) =>
      text
        .replace(/, [\d.]+ m?s real$/m, ', real')
        .replace(/^judge.*$/m, (counts) => counts.replace(/\d+/g, 'n'))
        .trim();
    expect(status).toBe(0);
    expect(blocks.map(({ text }) => timeless(text!))).toContain(timeless(stdout));
  });

  it('lists every story there is', () => {
    const stories = readdirSync(join(repository, 'sims')).filter((name) => name.endsWith('.ts'));
    const listed = [...readme.matchAll(/^\| \[[\w-]+\]\(sims\/([\w-]+\.ts)\)/gm)].map(([, name]) => name);
    expect(listed.sort()).toEqual(stories.sort());
  });
});
