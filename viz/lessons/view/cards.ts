/** The cards of a lesson: what is to be read, watched, chosen and predicted. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Lack } from '../lesson.ts';
import type { LessonView, Question } from './lesson-view.ts';
import { TITLES } from './stages.ts';
import { words } from './words.ts';

export function title(text: string): TemplateResult {
  return html`<h2 id="card-title" tabindex="-1">${text}</h2>`;
}

/** Back and on; what goes on may be something else than the next step, and something may be to be done before. */
export function steps(view: LessonView, onwards: string, before?: TemplateResult): TemplateResult {
  return html`<div class="onwards">
    ${
      view.stage === 'begin'
        ? nothing
        : html`<button type="button" class="button" ?disabled=${view.busy} @click=${() => void view.back()}>Back</button>`
    }
    ${before ?? nothing}
    <button type="button" class="button ${before === undefined ? 'primary ' : ''}next" ?disabled=${view.busy} @click=${() => void view.next()}>${onwards}</button>
  </div>`;
}

/** What was last said to an answer. It is there before anything is said: only so it is heard. */
export function said({ said }: LessonView): TemplateResult {
  const shown = said?.lacks === undefined ? said : undefined;
  return html`<div class="said ${shown?.kind ?? ''}" role="status">${shown === undefined ? nothing : html`<p>${words(shown.text)}</p>`}</div>`;
}

/** Below what is to be chosen: that it has to be, once somebody goes on without it. */
function lacking({ said }: LessonView, what: Question): TemplateResult {
  return html`<div class="lacking" role="status">${said?.lacks === what ? html`<p>${said.text}</p>` : nothing}</div>`;
}

export function beginCard(view: LessonView): TemplateResult {
  return html`${title('What there is')}
    ${view.lesson.begin.map((paragraph) => html`<p>${words(paragraph)}</p>`)}
    ${said(view)} ${steps(view, 'Watch it, step by step')}`;
}

/** Choices of fewer letters stand side by side. */
const BRIEF = 24;

const STEP_TITLES = {
  watch: 'What happens',
  see: 'You were right. This is what happened',
} as const;

/** A step of what happens: in the first run, in one that was predicted, or in one with a bug. */
export function stepCard(view: LessonView): TemplateResult {
  const { attempt, inside, stage, telling } = view;
  const { counted, lacking, mended, step: told } = telling;
  const last = view.step + 1 === telling.steps.length;
  const unreached = stage === 'see' && last && !attempt.goalReached;
  const onwards = !last
    ? counted.step < counted.of
      ? 'Next'
      : mended === undefined && lacking !== undefined && 'story' in lacking && lacking.mended !== undefined
        ? lacking.mended.title
        : 'The next “What if”'
    : stage === 'watch'
      ? 'Now change something'
      : unreached
        ? 'Try another'
        : 'Go on';
  return html`${lacking === undefined || mended !== undefined ? nothing : apartLine(view.lesson.lack ?? [], lacking)}
    ${title(mended?.title ?? lacking?.title ?? STEP_TITLES[stage as keyof typeof STEP_TITLES])}
    <p class="counted" data-stage=${TITLES[view.stage]}>Step ${counted.step} of ${counted.of}</p>
    <div class="step" aria-live="polite">
      <p>${told === undefined ? nothing : words(told.text)}</p>
      ${stage === 'see' && last ? goalLine(view) : nothing}
    </div>
    ${said(view)} ${steps(view, onwards)}
    <p><button type="button" class="inside" aria-pressed=${inside ? 'true' : 'false'} @click=${() => {
      view.inside = !inside;
    }}>Look inside: bytes, state, causes</button></p>
    <p class="keys">What this is about is marked in the picture.<span class="key-hint"> Keys <kbd>←</kbd> <kbd>→</kbd> go back and on.</span></p>`;
}

/** Says that what is told is not what the lesson teaches. */
function apartLine(lacks: readonly Lack[], lacking: Lack): TemplateResult {
  return html`<p class="apart"><b>What if ${lacks.indexOf(lacking) + 1} of ${lacks.length}</b> This is <em>not</em> how MQTT works.</p>`;
}

function goalLine({ attempt, isGoalSeen, seen, lesson }: LessonView): TemplateResult {
  const { goal, change } = lesson;
  if (attempt.goalReached) {
    return isGoalSeen
      ? html`<p class="goal-line good">Done: ${goal.text}</p>`
      : html`<p class="goal-line">Not in this run. Done in another: ${goal.text}</p>`;
  }
  const left = change.choices.filter(({ value }) => !attempt.hasReached(value));
  if (goal.all === true && attempt.hasReached(change.choices[seen]!.value)) {
    return html`<p class="goal-line">Still to be tried: ${left.map(({ label }) => label).join(', ')}</p>`;
  }
  return html`<p class="goal-line">${goal.notYet}</p>`;
}

export function changeCard(view: LessonView): TemplateResult {
  const { lesson, choice, expected, attempt, busy } = view;
  const { change, prediction, goal } = lesson;
  const brief = change.choices.every(({ label }) => label.length < BRIEF);
  return html`${title('Change it, and predict')}
    <p class="task"><small>Your task</small> ${goal.text}</p>
    <form
      @submit=${(event: Event) => {
        event.preventDefault();
        void view.predict();
      }}
    >
      <fieldset class=${brief ? 'brief' : ''}>
        <legend><small>Your choice</small> ${words(change.text)}</legend>
        ${change.choices.map(
          ({ label, value }, at) => html`<label>
            <input type="radio" name="change" .checked=${at === choice} @change=${() => {
              view.choice = at;
              view.answered('change');
            }} />
            <span>${label}</span>
            ${attempt.hasReached(value) ? html`<em class="done">seen</em>` : nothing}
          </label>`,
        )}
        ${lacking(view, 'change')}
      </fieldset>
      <fieldset>
        <legend><small>Your prediction</small> ${words(prediction.question)}</legend>
        ${prediction.expectations.map(
          ({ text }, at) => html`<label>
            <input type="radio" name="expected" .checked=${at === expected} @change=${() => {
              view.expected = at;
              view.answered('expected');
            }} />
            <span>${text}</span>
          </label>`,
        )}
        ${lacking(view, 'expected')}
      </fieldset>
      ${said(view)}
      <div class=${view.isAnswerMissing ? 'onwards waiting' : 'onwards'}>
        <button type="button" class="button" ?disabled=${busy} @click=${() => void view.back()}>Back</button>
        <button type="submit" class="button primary" ?disabled=${busy}>Predict and run</button>
      </div>
    </form>`;
}

export function standardCard(view: LessonView): TemplateResult {
  const { lesson, attempt, following } = view;
  return html`${title(attempt.passed ? 'Passed' : 'What the standard says')}
    ${attempt.passed ? html`<p class="goal-line good">You predicted it, brought it about, and read the bytes.</p><h3>What the standard says</h3>` : nothing}
    <p class="keys">Two versions of MQTT are in use, 5.0 and 3.1.1. A link names the version and the number of a statement in its text.</p>
    <p class="standard">${words(lesson.standard)}</p>
    <div class="onwards">
      <button type="button" class="button" @click=${() => void view.back()}>Back</button>
      ${
        following === undefined
          ? html`<a class="button primary" href="#">All lessons</a>`
          : html`<a class="button primary" href="#${following.name}">Next: ${following.title}</a>`
      }
    </div>`;
}
