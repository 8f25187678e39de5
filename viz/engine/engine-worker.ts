/** The engine's worker: a thread for one run, so that a script that never ends can be ended, and none leaves anything to the next. */
import type { RunResult } from '../../src/runner/run.ts';
import { ParameterError } from '../../src/scenario/parameters.ts';
import { NameError } from '../../src/sim/rng.ts';
import { turn } from '../source/turn.ts';
import type { FromEngine, Refusal, RunRequest, StoryReference, ToEngine } from './messages.ts';
import { perform } from './perform.ts';
import { realNow, realPlaces } from './real.ts';
import { cardOf, STORY_NAMES, storyCards, storyNamed } from './stories.ts';
import { enterLoading, enterRun, installStoryWorld, leaveStoryWorld } from './story-world.ts';
import { syntaxFault } from './syntax-fault.ts';
import { VERSION } from './version.ts';
import { StoryError, type WrittenStory, writtenStory } from './written-story.ts';

/** Taken before a story could change it. */
const post = (self.postMessage as (message: FromEngine, transfer?: Transferable[]) => void).bind(self);

self.onmessage = ({ data }: MessageEvent<ToEngine>) => {
  void answer(data).catch((error: unknown) => post({ refused: refusalOf(error) }));
};

async function answer(message: ToEngine): Promise<void> {
  switch (message.ask) {
    case 'stories':
      post({ stories: storyCards() });
      break;
    case 'card': {
      const { story } = message;
      post({
        card: cardOf(typeof story === 'string' ? story : story.file, (await load(story)).scenario),
      });
      break;
    }
    case 'run':
      await tell(message.request);
  }
}

async function load(story: StoryReference): Promise<WrittenStory> {
  if (typeof story !== 'string') {
    installStoryWorld((printed) => post({ printed }));
    enterLoading();
    try {
      return await writtenStory(story, { ...realPlaces, syntaxFault });
    } finally {
      leaveStoryWorld();
    }
  }
  const scenario = storyNamed(story);
  if (scenario !== undefined) return { scenario, named: (text) => text };
  throw new StoryError(`there is no story '${story}' in this viewer; it has ${STORY_NAMES.join(', ')}`);
}

async function tell(request: RunRequest): Promise<void> {
  const { scenario, named } = await load(request.story);
  const result = await perform(scenario, request, {
    yieldToScript: turn,
    enter: enterRun,
    leave: leaveStoryWorld,
    clock: realNow,
    write: (piece) => post({ piece }, [piece.buffer]),
    progress: (now, events) => post({ now, events }),
    version: VERSION,
  });
  post({ result: withPlaces(result, named) });
}

/** Whatever names a place names that of the author's line. */
function withPlaces(result: RunResult, named: (text: string) => string): RunResult {
  return JSON.parse(named(JSON.stringify(result))) as RunResult;
}

function refusalOf(error: unknown): Refusal {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ParameterError || error instanceof NameError)
    return { message, because: 'parameters' };
  if (error instanceof StoryError) return { message, because: 'story' };
  return { message, because: 'bug' };
}
