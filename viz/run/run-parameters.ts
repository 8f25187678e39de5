/** A declared parameter of a story as a control. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Parameter } from '../../src/scenario/parameters.ts';

export function parameterControl(
  name: string,
  parameter: Parameter,
  value: string,
  wrong: string | undefined,
  change: (value: string) => void,
): TemplateResult {
  const id = `run-parameter-${name}`;
  const onChange = (event: Event): void => change((event.target as HTMLInputElement).value);
  return html`<div class="field">
    <label for=${id}>${name}${'unit' in parameter && parameter.unit ? html` <small>${parameter.unit}</small>` : nothing}</label>
    ${control(id, parameter, value, wrong, onChange, change)}
    ${parameter.description === undefined ? nothing : html`<p class="hint">${parameter.description}</p>`}
    <p class="wrong" id="${id}-wrong">${wrong ?? nothing}</p>
  </div>`;
}

function control(
  id: string,
  parameter: Parameter,
  value: string,
  wrong: string | undefined,
  onChange: (event: Event) => void,
  change: (value: string) => void,
): TemplateResult {
  if ('values' in parameter) {
    return html`<select id=${id} @change=${onChange}>
      ${parameter.values.map((each) => html`<option value=${`${each}`} ?selected=${`${each}` === value}>${each}</option>`)}
    </select>`;
  }
  if (typeof parameter.default === 'boolean') {
    return html`<input
      id=${id}
      type="checkbox"
      .checked=${value === 'true'}
      @change=${(event: Event) => change(`${(event.target as HTMLInputElement).checked}`)}
    />`;
  }
  const range = 'range' in parameter ? parameter.range : undefined;
  const isNumber = typeof parameter.default === 'number';
  return html`<div class="row">
    <input
      id=${id}
      inputmode=${isNumber ? 'decimal' : 'text'}
      autocomplete="off"
      .value=${value}
      aria-invalid=${wrong !== undefined}
      aria-describedby="${id}-wrong"
      @input=${onChange}
    />
    ${range === undefined ? nothing : html`<span class="hint">${range[0]} to ${range[1]}</span>`}
  </div>`;
}
