/** A story as a link: what is behind `#` never leaves the browser, so a story is shared without a server. */
import { decodeBase64url, encodeBase64url } from '../../src/trace/base64url.ts';

export interface SharedStory {
  readonly source: string;
  readonly seed: string;
  /** As they were typed. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A story that is longer is none that somebody has written. */
const SOURCE_CHARACTERS_MAX = 200_000;

/** Without the `#`. */
export async function storyLink({ source, seed, parameters }: SharedStory): Promise<string> {
  const words = new URLSearchParams();
  words.set(
    'code',
    encodeBase64url(await through(new CompressionStream('deflate-raw'), new TextEncoder().encode(source))),
  );
  if (seed !== '1') words.set('seed', seed);
  for (const [name, value] of Object.entries(parameters)) words.set(`p.${name}`, value);
  return words.toString();
}

/** Reads what {@link storyLink} wrote. @throws {Error} with one sentence when there is a story that cannot be read */
export async function readStoryLink(text: string): Promise<SharedStory | undefined> {
  const words = new URLSearchParams(text.replace(/^#/, ''));
  const code = words.get('code');
  if (code === null) return undefined;
  const packed = decodeBase64url(code);
  if (packed === undefined) throw new Error('The story in this link is damaged.');
  const source = new TextDecoder().decode(
    await through(new DecompressionStream('deflate-raw'), packed).catch(() => {
      throw new Error('The story in this link is damaged, or too long.');
    }),
  );
  const named = [...words].filter(([name]) => name.startsWith('p.'));
  return {
    source,
    seed: words.get('seed') ?? '1',
    parameters: Object.fromEntries(named.map(([name, value]) => [name.slice(2), value])),
  };
}

/** @throws {Error} for more than a story can be: a few bytes may unpack to a disk full of them. */
async function through(
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(stream).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length;
    if (length > 4 * SOURCE_CHARACTERS_MAX) {
      void reader.cancel().catch(() => undefined);
      throw new Error('too long');
    }
    pieces.push(next.value);
  }
  return new Uint8Array(await new Blob(pieces as Uint8Array<ArrayBuffer>[]).arrayBuffer());
}
