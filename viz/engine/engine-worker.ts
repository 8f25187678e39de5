/** The engine's worker: a thread for one run, so that a script that never ends can be ended, and none leaves anything to the next. */
import type { RunResult } from '../../src/runner/run.ts';
import { ParameterError } from '../../src/scenario/parameters.ts';
import { NameError } from '../../src/sim/rng.ts';
import { turn } from '../source/turn.ts';
import type { FromEngine, Refusal, RunRequest, StoryReference, ToEngine } from './messages.ts';
import { perform } from './perform.ts';
import { cardOf, STORY_NAMES, storyCards, storyNamed } from './stories.ts';
import { VERSION } from './version.ts';
import { StoryError, type WrittenStory, writtenStory } from './written-story.ts';

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToEngine>) => void) | null;
  postMessage(message: FromEngine, transfer?: Transferable[]): void;
};

scope.onmessage = ({ data }) => {
  void answer(data).catch((error: unknown) => scope.postMessage({ refused: refusalOf(error) }));
};

async function answer(message: ToEngine): Promise<void> {
  switch (message.ask) {
    case 'stories':
      scope.postMessage({ stories: storyCards() });
      break;
    case 'card': {
      const { story } = message;
      scope.postMessage({
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
    return writtenStory(story, {
      addressOf: (text) => URL.createObjectURL(new Blob([text], { type: 'text/javascript' })),
      forget: (address) => URL.revokeObjectURL(address),
    });
  }
  const scenario = storyNamed(story);
  if (scenario !== undefined) return { scenario, named: (text) => text };
  throw new StoryError(`there is no story '${story}' in this viewer; it has ${STORY_NAMES.join(', ')}`);
}

async function tell(request: RunRequest): Promise<void> {
  const { scenario, named } = await load(request.story);
  const result = await perform(scenario, request, {
    yieldToScript: turn,
    clock: () => performance.now(),
    write: (piece) => scope.postMessage({ piece }, [piece.buffer]),
    progress: (now, events) => scope.postMessage({ now, events }),
    version: VERSION,
  });
  scope.postMessage({ result: withPlaces(result, named) });
}

/** Errors name the place of the author's line. */
function withPlaces(result: RunResult, named: (text: string) => string): RunResult {
  const { error } = result;
  if (error === undefined) return result;
  const { site, stack } = error;
  return {
    ...result,
    error: {
      ...error,
      message: named(error.message),
      ...(site === undefined ? {} : { site: named(site) }),
      ...(stack === undefined ? {} : { stack: named(stack) }),
    },
  };
}

function refusalOf(error: unknown): Refusal {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ParameterError || error instanceof NameError)
    return { message, because: 'parameters' };
  if (error instanceof StoryError) return { message, because: 'story' };
  return { message, because: 'bug' };
}
