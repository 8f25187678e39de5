/** Stories to start from, one click away. */
import { html, type TemplateResult } from 'lit';
import type { Playground } from './playground.ts';
import { galleryStories, lessonStories, otherStories, type Story } from './stories.ts';

export function gallery(playground: Playground): TemplateResult {
  const choose = (event: Event, story: Story): void => {
    playground.choose(story);
    (event.target as Element).closest('dialog')!.close();
  };
  const chips = (stories: readonly Story[]): TemplateResult => html`<ul class="others">
    ${stories.map(
      (story) =>
        html`<li><button type="button" @click=${(event: Event) => choose(event, story)}>${story.title}</button></li>`,
    )}
  </ul>`;
  return html`<dialog class="gallery" aria-labelledby="gallery-title">
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
      <button class="button">Close</button>
    </form>
  </dialog>`;
}
