/** The field above a long list: what is typed there is looked for in it. */
import { html, type TemplateResult } from 'lit';

/** `hint` is an example of what can be found; `label` is heard. */
export function findField(
  label: string,
  hint: string,
  value: string,
  find: (text: string) => void,
): TemplateResult {
  return html`<input
    type="search"
    class="find"
    placeholder=${hint}
    aria-label=${label}
    .value=${value}
    @input=${(event: Event) => find((event.target as HTMLInputElement).value)}
  />`;
}
