/** Stories to start from, one click away. */
import { html, type TemplateResult } from 'lit';
import type { Playground } from './playground.ts';
import { galleryStories, lessonStories, otherStories, type Story } from './stories.ts';

export function gallery(playground: Playground): TemplateResult {
  const choose = (event: Event, story: Story, sure = false): void => {
    if (playground.choose(story, sure)) (event.target as Element).closest('dialog')!.close();
  };
  const stay = (): void => {
    playground.offered = undefined;
  };
  const { offered } = playground;
  const chips = (stories: readonly Story[]): TemplateResult => html`<ul class="others">
    ${stories.map(
      (story) =>
        html`<li><button type="button" @click=${(event: Event) => choose(event, story)}>${story.title}</button></li>`,
    )}
  </ul>`;
  return html`<dialog class="gallery" aria-labelledby="gallery-title" @close=${stay}>
    <form method="dialog">
      <h2 id="gallery-title">Stories to start from</h2>
      <ul class="cards">
        ${galleryStories().map(
          (story) => html`<li>
            <button type="button" @click=${(event: Event) => choose(event, story)}><b>${story.title}</b><span>${story.about}</span></button>
          </li>`,
        )}
      </ul>
      <h3>More of what MQTT can do</h3>
      ${chips(otherStories())}
      <h3>What the lessons play</h3>
      ${chips(lessonStories())}
      ${
        offered === undefined
          ? html`<button class="button">Close</button>`
          : html`<div class="question" role="alert">
              <p>What you have written would make room for <b>${offered.title}</b>.</p>
              <button type="button" class="button primary" @click=${(event: Event) => choose(event, offered, true)}>Replace it</button>
              <button type="button" class="button" @click=${stay}>Keep it</button>
            </div>`
      }
    </form>
  </dialog>`;
}
