/** The engine's worker: a thread for one run, so that a script that never ends can be ended, and none leaves anything to the next. */
import { ParameterError } from '../../src/scenario/parameters.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { NameError } from '../../src/sim/rng.ts';
import { turn } from '../source/turn.ts';
import type { FromEngine, Refusal, RunRequest, StoryCard, StoryReference, ToEngine } from './messages.ts';
import { perform } from './perform.ts';
import { realNow, realPlaces } from './real.ts';
import { cardOf, STORY_NAMES, storyNamed } from './stories.ts';
import { enterLoading, enterRun, installStoryWorld, leaveStoryWorld } from './story-world.ts';
import { syntaxFault } from './syntax-fault.ts';
import { VERSION } from './version.ts';
import { StoryError, writtenStory } from './written-story.ts';

/** Taken before a story could change it. */
const post = (self.postMessage as (message: FromEngine, transfer?: Transferable[]) => void).bind(self);

let handIn: ((pieces: readonly Blob[]) => void) | undefined;

self.onmessage = ({ data }: MessageEvent<ToEngine>) => {
  void answer(data).catch((error: unknown) => post({ refused: refusalOf(error) }));
};

async function answer(message: ToEngine): Promise<void> {
  switch (message.ask) {
    case 'stories':
      post({ stories: await Promise.all(STORY_NAMES.map(card)) });
      break;
    case 'card':
      post({ card: await card(message.story) });
      break;
    case 'run':
      await tell(message.request);
      break;
    case 'read':
      handIn?.(message.pieces);
  }
}

async function card(story: StoryReference): Promise<StoryCard> {
  return cardOf(typeof story === 'string' ? story : story.file, await load(story));
}

/** All that was written, from whoever it was written to. */
async function* readBack(): AsyncGenerator<Uint8Array> {
  const pieces = await new Promise<readonly Blob[]>((resolve) => {
    handIn = resolve;
    post({ wants: 'trace' });
  });
  for (const piece of pieces) yield new Uint8Array(await piece.arrayBuffer());
}

async function load(story: StoryReference): Promise<Scenario> {
  const places = { ...realPlaces, syntaxFault };
  if (typeof story === 'string') {
    const source = storyNamed(story);
    if (source !== undefined) return writtenStory(source, places);
    throw new StoryError(`there is no story '${story}' in this viewer; it has ${STORY_NAMES.join(', ')}`);
  }
  installStoryWorld((printed) => post({ printed }));
  enterLoading();
  try {
    return await writtenStory(story, places);
  } finally {
    leaveStoryWorld();
  }
}

async function tell(request: RunRequest): Promise<void> {
  const result = await perform(await load(request.story), request, {
    yieldToScript: turn,
    enter: enterRun,
    leave: leaveStoryWorld,
    clock: realNow,
    write: (piece) => post({ piece }, [piece.buffer]),
    readBack,
    progress: (now, events) => post({ now, events }),
    version: VERSION,
  });
  post({ result });
}

function refusalOf(error: unknown): Refusal {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ParameterError || error instanceof NameError)
    return { message, because: 'parameters' };
  if (error instanceof StoryError) return { message, because: 'story' };
  return { message, because: 'bug' };
}
