/** What stands in the editor as a file that `amber run` takes as it is. */
import { titleOf } from './stories.ts';

const KEPT_MILLIS = 10_000;

/** Hands it to the reader; gives back its name. */
export function saveStory(source: string): string {
  const address = URL.createObjectURL(new Blob([source], { type: 'text/typescript' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName(source);
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MILLIS);
  return link.download;
}

function fileName(source: string): string {
  const words = (titleOf(source) ?? 'story')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `${words.slice(0, 60) || 'story'}.ts`;
}
