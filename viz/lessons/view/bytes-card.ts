/** The question about the bytes of a packet: one is pointed at, or a number is typed. */
import { html, nothing, type TemplateResult } from 'lit';
import { BYTES_SHOWN, bytesOfField } from '../evidence.ts';
import { said, steps, title } from './cards.ts';
import type { LessonView } from './lesson-view.ts';
import { words } from './words.ts';

export function bytesCard(view: LessonView): TemplateResult {
  const { lesson, attempt, busy } = view;
  return html`${title('The bytes')}
    <form
      @submit=${(event: Event) => {
        event.preventDefault();
        view.answerBytes();
      }}
    >
      ${'read' in lesson.bytes ? typed(view) : pointed(view)}
      <p class="keys">Each pair is one byte in base 16: its digits go from 0 to 9 and on from a, which is 10, to f, which is 15.</p>
      ${said(view)}
      ${
        attempt.bytesRead
          ? steps(view, 'What the standard says')
          : html`<div class="onwards"><button type="button" class="button" @click=${() => void view.back()}>Back</button>
        <button type="submit" class="button primary" ?disabled=${busy}>Answer</button></div>`
      }
    </form>`;
}

function typed(view: LessonView): TemplateResult {
  const { lesson, packet } = view;
  return html`<p>${words(lesson.bytes.question)}</p>
    <p class="hex-line">${packet === undefined ? nothing : [...packet.bytes.subarray(0, BYTES_SHOWN)].map((byte) => html`<span>${hex(byte)}</span> `)}${(packet?.size ?? 0) > BYTES_SHOWN ? '…' : nothing}</p>
    <label class="number"><span>Your answer, in base 10</span>
      <input
        type="text"
        inputmode="numeric"
        autocomplete="off"
        size="8"
        @input=${(event: InputEvent) => {
          const text = (event.target as HTMLInputElement).value.trim();
          view.answer = /^\d+$/.test(text) ? Number(text) : Number.NaN;
        }}
      />
    </label>`;
}

function pointed(view: LessonView): TemplateResult {
  const { lesson, packet, answer, attempt } = view;
  const field =
    attempt.bytesRead && packet !== undefined && 'field' in lesson.bytes
      ? bytesOfField(packet, lesson.bytes.field)
      : undefined;
  return html`<fieldset class="byte-pick">
    <legend>${words(lesson.bytes.question)}</legend>
    <div class="hex-line">
      ${
        packet === undefined
          ? nothing
          : [...packet.bytes.subarray(0, BYTES_SHOWN)].map(
              (
                byte,
                offset,
              ) => html`<label class=${field !== undefined && offset >= field.from && offset < field.to ? 'right' : ''}>
                <input type="radio" name="byte" aria-label="byte ${offset + 1}: ${hex(byte)}" .checked=${offset === answer} @change=${() => {
                  view.answer = offset;
                  view.said = undefined;
                  view.requestUpdate();
                }} />
                <span aria-hidden="true">${hex(byte)}</span>
              </label>`,
            )
      }
    </div>
  </fieldset>`;
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
