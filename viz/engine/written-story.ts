/** A story that somebody has written: the text of a module becomes a scenario. */
import * as amber from 'mqtt-amber';
import { nameModule } from '../../src/scenario/call-site.ts';
import { describeThrown } from '../../src/scenario/errors.ts';
import { isScenario, type Scenario } from '../../src/scenario/scenario.ts';
import type { StorySource } from './messages.ts';
import type { SyntaxFault } from './syntax-fault.ts';

/** The text is no story; `message` is one line, with its place where it is known. */
export class StoryError extends Error {
  override readonly name = 'StoryError';
}

/** `from 'mqtt-amber'`, `import 'mqtt-amber'`, `import('mqtt-amber')`: the bound name of the package. */
const BARE = /(\bfrom\s*|\bimport\s*\(?\s*)(['"])mqtt-amber\2/g;
const OTHER =
  /^\s*(?:import|export)\b[^'"]*?\bfrom\s*(['"])(?!blob:)([^'"]+)\1|^\s*import\s*(['"])(?!blob:)([^'"]+)\3/m;

/** Where a module of a text can be imported from, while it is. */
export interface ModulePlaces {
  addressOf(text: string): string;
  forget(address: string): void;
  /** Where a text cannot be parsed; undefined when nobody says it. */
  syntaxFault(text: string, message: string): Promise<SyntaxFault | undefined>;
}

/** Whatever names a place in the story names the author's line. @throws StoryError */
export async function writtenStory({ source, file }: StorySource, places: ModulePlaces): Promise<Scenario> {
  const library = places.addressOf(libraryText());
  const address = places.addressOf(source.replace(BARE, (_all, before: string) => `${before}'${library}'`));
  try {
    const foreign = OTHER.exec(source.replace(BARE, "$1'blob:'"));
    if (foreign !== null) {
      throw new StoryError(
        `${file}: it imports '${foreign[2] ?? foreign[4]}'; in the page a story can import 'mqtt-amber' alone`,
      );
    }
    nameModule(address, file);
    const module = (await import(/* @vite-ignore */ address)) as { default?: unknown };
    if (isScenario(module.default)) return module.default;
    throw new StoryError(
      `${file} has no scenario as its default export; it needs: export default scenario('name', async (sim) => { ... })`,
    );
  } catch (error) {
    if (error instanceof StoryError) throw error;
    throw new StoryError(await placed(error, address, file, source, places));
  } finally {
    places.forget(address);
    places.forget(library);
  }
}

/** The public package, as a module that hands out the copy that is here: a story and the engine have one between them. */
function libraryText(): string {
  (self as unknown as { mqttAmber: typeof amber }).mqttAmber = amber;
  const names = Object.keys(amber).map((name) => `export const ${name} = self.mqttAmber.${name};`);
  return names.join('\n');
}

async function placed(
  error: unknown,
  address: string,
  file: string,
  source: string,
  places: ModulePlaces,
): Promise<string> {
  if (!(error instanceof Error)) return `${file} threw ${describeThrown(error)} (while it was loaded)`;
  const [message] = error.message.split('\n') as [string];
  const place = error.stack?.split(address)[1]?.match(/^:(\d+:\d+)/)?.[1] ?? placeIn(error, address);
  if (place !== undefined) return `${file}:${place}: ${message}`;
  const fault = error instanceof SyntaxError ? await places.syntaxFault(source, message) : undefined;
  return fault === undefined ? `${file}: ${message}` : `${file}:${fault.place}: ${fault.message}`;
}

/** Firefox says it in fields of the error. */
function placeIn(error: Error, address: string): string | undefined {
  const { fileName, lineNumber, columnNumber } = error as Error & Partial<Record<string, unknown>>;
  return fileName === address ? `${lineNumber}:${columnNumber}` : undefined;
}
