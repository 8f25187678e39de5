/** How a lesson looks: its head, the card of the part that is read, and the run beside it. */
import { html, nothing, type TemplateResult } from 'lit';
import { bytesCard } from './bytes-card.ts';
import { beginCard, changeCard, standardCard, stepCard } from './cards.ts';
import type { LessonView } from './lesson-view.ts';
import { pictureKey } from './picture-key.ts';
import { stageList } from './stages.ts';

export function lessonPage(view: LessonView): TemplateResult {
  const { lesson, number, count, busy } = view;
  return html`<article class="lesson" data-lesson=${lesson.name} @keydown=${view.onKey}>
    <header class="lesson-head">
      <p><a href="#">All lessons</a> <span>Lesson ${number} of ${count}</span></p>
      <h1 tabindex="-1">${lesson.title}</h1>
    </header>
    <div class="text">
      ${stageList(view)}
      <section class="card" aria-labelledby="card-title" aria-busy=${busy ? 'true' : 'false'}>${card(view)}</section>
      ${pictureKey()}
    </div>
    ${run(view)}
  </article>`;
}

function card(view: LessonView): TemplateResult {
  switch (view.stage) {
    case 'begin':
      return beginCard(view);
    case 'watch':
    case 'see':
    case 'lack':
      return stepCard(view);
    case 'change':
      return changeCard(view);
    case 'all':
      return view.exhibit.card();
    case 'bytes':
      return bytesCard(view);
    case 'standard':
      return standardCard(view);
  }
}

function run(view: LessonView): TemplateResult {
  const { attempt, busy, inside, judging, stage, theme } = view;
  const { lacking, mended } = view.telling;
  // Before it is predicted nothing of a run is shown; until then there is the first one to look at.
  const veiled = stage === 'change' && (judging || busy);
  // A viewer that names every byte would answer the question.
  const asked = stage === 'bytes' && !attempt.bytesRead;
  const scrolls = !veiled && (!inside || asked);
  return html`<div class="run">
    ${
      stage === 'change' && !veiled
        ? html`<p class="which">The first run. Yours comes once your prediction is right.</p>`
        : nothing
    }
    ${
      mended !== undefined
        ? html`<p class="which">MQTT again: ${mended.with}</p>`
        : lacking !== undefined
          ? html`<p class="which apart">Another run, not MQTT: ${lacking.without}</p>`
          : nothing
    }
    ${
      view.isMoreAbove && scrolls
        ? html`<div class="above"><button type="button" class="more" @click=${() => view.beyond.go('back')}><span aria-hidden="true">↑</span> earlier<span class="unseen"> in the picture, above</span></button></div>`
        : nothing
    }
    <amber-trace
      plain
      ?unmarked=${stage === 'change'}
      ?bare=${!inside || asked}
      .theme=${theme}
      ?hidden=${veiled}
      @cleared=${() => {
        view.inside = false;
      }}
    ></amber-trace>
    ${
      view.more !== 'none' && scrolls
        ? html`<button type="button" class="more below ${view.more}" @click=${() => view.beyond.go('on')}>more <span aria-hidden="true">↓</span><span class="unseen"> of the picture below</span></button>`
        : nothing
    }
    ${veiled ? html`<div class="veil" aria-hidden="true"><b>?</b></div>` : nothing}
  </div>`;
}
