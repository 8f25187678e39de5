/** The parts of a lesson, and the list of them above its cards. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Lesson } from '../lesson.ts';
import type { LessonView } from './lesson-view.ts';

export type StageName = 'begin' | 'watch' | 'change' | 'see' | 'lack' | 'all' | 'bytes' | 'standard';

export const TITLES: Readonly<Record<StageName, string>> = {
  begin: 'Begin',
  watch: 'Watch',
  change: 'Predict',
  see: 'See',
  lack: 'What if',
  all: 'Compare',
  bytes: 'Bytes',
  standard: 'Standard',
};

/** In the order in which they are gone through. */
export function stagesOf({ lack, matrix, bill }: Lesson): readonly StageName[] {
  const more: StageName[] = [];
  if (lack !== undefined) more.push('lack');
  if (matrix !== undefined || bill !== undefined) more.push('all');
  return ['begin', 'watch', 'change', 'see', ...more, 'bytes', 'standard'];
}

export function stageList(view: LessonView): TemplateResult {
  const { busy, stage, stages } = view;
  return html`<ol class="stages" aria-label="Parts of this lesson">
    ${stages.map(
      (name) => html`<li>
        <button
          type="button"
          aria-current=${name === stage ? 'step' : nothing}
          ?disabled=${!view.hasReached(name) || busy}
          @click=${() => void view.go(name)}
        >${TITLES[name]}</button>
      </li>`,
    )}
  </ol>`;
}
