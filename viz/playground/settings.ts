/** The strip over the editor: run, seed, parameters, and what is done with the story as a whole. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Parameter } from '../../src/scenario/parameters.ts';
import type { Playground } from './playground.ts';

export function settings(playground: Playground): TemplateResult {
  const { running, seed } = playground;
  const declared: [string, Parameter | undefined][] = Object.entries(playground.declared);
  // Before a story that came with a link was run, nobody knows what it declares, and still one sees what it would be told.
  if (declared.length === 0) {
    for (const name of Object.keys(playground.parameters)) declared.push([name, undefined]);
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    void playground.run();
  };
  return html`<div class="settings" role="group" aria-label="Run" @keydown=${onKey}>
    <div class="row">
    ${
      running
        ? html`<button type="button" class="button alarm" @click=${() => playground.stop()}>■ Stop</button>`
        : html`<button type="button" class="button primary" title="Run (Ctrl Enter)" @click=${() => void playground.run()}>▶ Run</button>`
    }
    <label class="field" title="Chance comes from the seed alone: the same seed is the same run">seed
      <input
        class="seed"
        autocomplete="off"
        spellcheck="false"
        .value=${seed}
        @input=${(event: Event) => {
          playground.seed = (event.target as HTMLInputElement).value;
        }}
      />
    </label>
    <button
      type="button"
      class="button"
      title="Run it with other chance"
      @click=${() => {
        playground.seed = nextSeed(seed);
        void playground.run();
      }}
    >Next seed</button>
    <div class="actions">
      <button type="button" class="button" @click=${(event: Event) => dialogOf(event).showModal()}>Stories…</button>
      <button type="button" class="button" title="Copy a link that has the story in it" @click=${() => void playground.share()}>Share</button>
      <button type="button" class="button" title="As a file for amber run" @click=${() => playground.download()}>Download</button>
    </div>
    </div>
    ${
      declared.length === 0
        ? nothing
        : html`<div class="row parameters">${declared.map(([name, parameter]) => parameterField(playground, name, parameter))}</div>`
    }
  </div>`;
}

function parameterField(
  playground: Playground,
  name: string,
  parameter: Parameter | undefined,
): TemplateResult {
  const otherwise = String(parameter?.default ?? '');
  const value = playground.parameters[name] ?? otherwise;
  const set = (event: Event): void => {
    const { [name]: _before, ...others } = playground.parameters;
    const typed = (event.target as HTMLInputElement).value;
    playground.parameters = typed === otherwise ? others : { ...others, [name]: typed };
  };
  const values = valuesOf(parameter);
  return html`<label class="field" title=${hintOf(parameter) ?? nothing}>${name}
    ${
      values === undefined
        ? html`<input autocomplete="off" spellcheck="false" .value=${value} @input=${set} />`
        : html`<select @change=${set}>
            ${values.map((each) => html`<option value=${each} ?selected=${each === value}>${each}</option>`)}
          </select>`
    }
  </label>`;
}

function valuesOf(parameter: Parameter | undefined): string[] | undefined {
  if (parameter === undefined) return undefined;
  if ('values' in parameter) return parameter.values.map(String);
  return typeof parameter.default === 'boolean' ? ['true', 'false'] : undefined;
}

function hintOf(parameter: Parameter | undefined): string | undefined {
  if (parameter?.description !== undefined) return parameter.description;
  return parameter !== undefined && 'range' in parameter ? parameter.range.join(' to ') : undefined;
}

function dialogOf(event: Event): HTMLDialogElement {
  return ((event.target as Element).getRootNode() as ShadowRoot).querySelector('dialog')!;
}

/** `7` is followed by `8`, `storm` by `storm-2` and that by `storm-3`. */
function nextSeed(seed: string): string {
  const [, before, number] = /^(.*?)(\d{1,15})$/.exec(seed.trim()) ?? [];
  return number === undefined ? `${seed.trim()}-2` : `${before}${Number(number) + 1}`;
}
