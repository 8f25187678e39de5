/**
 * The pane that runs stories: which one, its parameters and its seed as controls, what is done to it, and how to have the same again
 * elsewhere.
 */
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { runCommand } from '../../src/runner/run-command.ts';
import { runLink } from '../../src/runner/run-link.ts';
import type { Fault } from '../../src/sim/fault.ts';
import { describeFault } from '../../src/sim/fault-words.ts';
import { PROFILES } from '../../src/sim/profile.ts';
import { parseDuration } from '../../src/sim/time.ts';
import type { TraceHeader } from '../../src/trace/event.ts';
import { linkFault, nodeFault, withFault } from '../engine/added-fault.ts';
import type { RunOutcome, RunProgress, RunRequest, StoryCard } from '../engine/engine.ts';
import { VERSION } from '../engine/version.ts';
import { durationText, momentText } from '../layout/time-text.ts';
import { DeskElement } from '../view/desk-element.ts';
import type { Runs } from '../view/runs.ts';
import type { Actors, PacketPlace } from '../worker/answers/fork-answers.ts';
import type { Act } from './acts.ts';
import { type Acting, actControls } from './run-acts.ts';
import { type Draft, draftOf, nextSeed, requestOfDraft, requestOfHeader } from './run-draft.ts';
import { RunEvent } from './run-event.ts';
import { parameterControl } from './run-parameters.ts';

/**
 * `<amber-run>`: give it the `runs` of its viewer and how they go, and what is shown there. It fires a `RunEvent` for what the reader
 * wants to see run, `stop`, and `leave`.
 */
export class RunPane extends DeskElement {
  static override properties = {
    runs: { attribute: false },
    going: { type: Boolean },
    told: { attribute: false },
    outcome: { attribute: false },
    header: { attribute: false },
    selected: { type: Number },
    time: { type: Number },
    wanted: { attribute: false },
  };

  declare runs: Runs | undefined;
  declare going: boolean;
  declare told: RunProgress | undefined;
  declare outcome: RunOutcome | undefined;
  /** Of the trace that is shown. */
  declare header: TraceHeader | undefined;
  declare selected: number;
  declare time: number;
  /** What the reader does to what is shown, where it is shown. */
  declare wanted: Act | undefined;

  #cards: readonly StoryCard[] = [];
  /** Why there are no stories. */
  #missing = '';
  #draft: Draft | undefined;
  /** What is wrong with the draft, by what is wrong. */
  #wrong: Readonly<Record<string, string>> = {};
  #actors: Actors | undefined;
  #packet: PacketPlace | undefined;
  #acting: Acting = { link: '', node: '', span: '3s' };
  #copied = '';
  /** The draft is of what is shown: what is added to it is added to that. */
  #ofShown = false;

  constructor() {
    super();
    this.runs = undefined;
    this.going = false;
    this.told = undefined;
    this.outcome = undefined;
    this.header = undefined;
    this.selected = 0;
    this.time = 0;
    this.wanted = undefined;
  }

  protected override firstUpdated(): void {
    void this.#load();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    // What is shown may be of another story: a link was followed, or a file opened.
    if (changed.has('header') && this.header !== undefined && this.#cards.length > 0) this.#take();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (changed.has('trace') || changed.has('edition') || changed.has('selected')) void this.#look();
    if (changed.has('wanted')) this.#act();
  }

  async #load(): Promise<void> {
    try {
      this.#cards = await (await this.runs!.engine()).stories();
      this.#take();
      this.#act();
    } catch (error) {
      this.#missing = error instanceof Error ? error.message : String(error);
    }
    this.requestUpdate();
    await this.updateComplete;
    (this.querySelector<HTMLElement>('form select') ?? this.querySelector('button'))?.focus();
  }

  /** Begins with what was run last, or with what the trace that is shown says of itself. */
  #take(): void {
    const { runs, header } = this;
    const request = runs?.shown === true || header === undefined ? runs?.request : undefined;
    const card = this.#cardOf(request?.story) ?? this.#cards.find(({ name }) => name === header?.scenario);
    this.#ofShown = card !== undefined && (runs?.shown === true || header?.amber === VERSION);
    if (request !== undefined && card !== undefined) this.#draft = draftOf(card, request);
    else if (card !== undefined && header !== undefined) {
      this.#draft = draftOf(card, requestOfHeader(card.story, header));
    } else this.#draft ??= this.#cards[0] && draftOf(this.#cards[0], { story: this.#cards[0].story });
    this.#wrong = {};
  }

  #cardOf(story: RunRequest['story'] | undefined): StoryCard | undefined {
    return this.#cards.find((card) => card.story === story);
  }

  /** What of the trace can be acted on. */
  async #look(): Promise<void> {
    const { desk, trace, selected } = this;
    if (desk === undefined || trace === 0) {
      this.#actors = undefined;
      return;
    }
    const [actors, packet] = await Promise.all([
      desk.ask('fork', 'actors', trace),
      selected === 0 ? undefined : desk.ask('fork', 'packet', trace, selected),
    ]);
    if (trace !== this.trace || selected !== this.selected) return;
    this.#actors = actors;
    this.#packet = packet;
    const { nodes, links } = actors;
    const aim = await desk.ask('fork', 'aim', trace, selected);
    if (aim.link !== undefined) this.#acting = { ...this.#acting, link: aim.link };
    if (aim.node !== undefined) this.#acting = { ...this.#acting, node: aim.node };
    if (!links.includes(this.#acting.link)) this.#acting = { ...this.#acting, link: links[0] ?? '' };
    if (!nodes.some(({ name }) => name === this.#acting.node))
      this.#acting = { ...this.#acting, node: nodes[0]?.name ?? '' };
    this.requestUpdate();
  }

  #change(change: Partial<Draft>): void {
    if (this.#draft === undefined) return;
    this.#draft = { ...this.#draft, ...change };
    this.requestUpdate();
  }

  /** Runs what the controls say, unless something of it cannot be. */
  #run(fault?: string): void {
    if (this.#draft === undefined) return;
    const { request, wrong } = requestOfDraft(this.#draft);
    this.#wrong = wrong;
    if (request !== undefined) this.dispatchEvent(new RunEvent(request, fault));
    this.requestUpdate();
  }

  #add(fault: Fault): void {
    if (this.#draft === undefined) return;
    const { faults, id } = withFault(this.#draft.faults, fault);
    this.#change({ faults });
    this.#run(id);
  }

  /** Does what is wanted, once, for as long as the pane says. */
  #act(): void {
    const { runs, wanted } = this;
    if (runs === undefined || wanted === undefined || this.#draft === undefined) return;
    runs.wanted = undefined;
    if ('link' in wanted) this.#acting = { ...this.#acting, link: wanted.link };
    else this.#acting = { ...this.#acting, node: wanted.node };
    this.requestUpdate();
    if (!this.#ofShown) return;
    const at = this.time + 1;
    const { span } = this.#acting;
    const micros = span === '' ? undefined : parseDuration(span);
    const fault =
      'link' in wanted
        ? linkFault(wanted.deed, wanted.link, at, micros)
        : nodeFault(wanted.deed, wanted.node, at, micros);
    this.#add(fault);
  }

  protected override render(): TemplateResult {
    return html`<aside class="drawer" aria-label="Run a story" @keydown=${this.#onKey}>
      <header>
        <h2>Run a story</h2>
        <button type="button" class="button icon" aria-label="Close the run pane" title="Close (Shift R)" @click=${this.#leave}>✕</button>
      </header>
      ${this.#missing === '' ? this.#body() : html`<p class="wrong" role="alert">${this.#missing}</p>`}
    </aside>`;
  }

  #body(): TemplateResult {
    const draft = this.#draft;
    if (draft === undefined) return html`<p class="hint" role="status">Loading the stories…</p>`;
    return html`
      <form
        @submit=${(event: Event) => {
          event.preventDefault();
          this.#run();
        }}
      >
        ${this.#story(draft)}
        ${Object.entries(draft.card.parameters).map(([name, parameter]) =>
          parameterControl(name, parameter, draft.values[name] ?? '', this.#wrong[name], (value) =>
            this.#change({ values: { ...draft.values, [name]: value } }),
          ),
        )}
        ${this.#seed(draft)} ${this.#more(draft)}
        <div class="row do">
          ${
            this.going
              ? html`<button type="button" class="button" @click=${() => this.dispatchEvent(new Event('stop', { bubbles: true }))}>Stop</button>`
              : html`<button class="button primary" title="Run it (R)">Run</button>`
          }
          <p class="hint" role="status">${this.#state()}</p>
        </div>
        ${this.#wrong[''] === undefined ? nothing : html`<p class="wrong" role="alert">${this.#wrong['']}</p>`}
      </form>
      ${this.#acts()} ${this.#faults(draft)} ${this.#elsewhere()}
    `;
  }

  #story({ card }: Draft): TemplateResult {
    return html`<label class="field">
      <span>Story</span>
      <select
        @change=${(event: Event) => {
          const chosen = this.#cardOf((event.target as HTMLSelectElement).value)!;
          this.#draft = draftOf(chosen, { story: chosen.story });
          this.#wrong = {};
          this.requestUpdate();
        }}
      >
        ${this.#cards.map(({ story, name }) => html`<option value=${story} ?selected=${story === card.story}>${name}</option>`)}
      </select>
    </label>`;
  }

  #seed(draft: Draft): TemplateResult {
    const wrong = this.#wrong.seed;
    return html`<div class="field">
      <label for="run-seed">Seed</label>
      <div class="row">
        <input
          id="run-seed"
          autocomplete="off"
          spellcheck="false"
          .value=${draft.seed}
          aria-invalid=${wrong !== undefined}
          aria-describedby="run-seed-wrong"
          @input=${(event: Event) => this.#change({ seed: (event.target as HTMLInputElement).value })}
        />
        <button
          type="button"
          class="button"
          title="Run it with the next seed"
          @click=${() => {
            this.#change({ seed: nextSeed(draft.seed) });
            this.#run();
          }}
        >Next seed</button>
      </div>
      <p class="wrong" id="run-seed-wrong">${wrong ?? nothing}</p>
    </div>`;
  }

  #more({ profile, transport }: Draft): TemplateResult {
    return html`<details class="more" ?open=${profile !== '' || transport !== 'tcp'}>
      <summary>Chance and transport</summary>
      <label class="field">
        <span>What chance strikes</span>
        <select @change=${(event: Event) => this.#change({ profile: (event.target as HTMLSelectElement).value as Draft['profile'] })}>
          ${(['', ...PROFILES] as const).map(
            (name) =>
              html`<option value=${name} ?selected=${name === profile}>${name === '' ? 'nothing: only the story does' : name}</option>`,
          )}
        </select>
      </label>
      <label class="field">
        <span>Links carry</span>
        <select @change=${(event: Event) => this.#change({ transport: (event.target as HTMLSelectElement).value as Draft['transport'] })}>
          <option value="tcp" ?selected=${transport === 'tcp'}>TCP: loss is delay</option>
          <option value="ideal" ?selected=${transport === 'ideal'}>an ideal pipe</option>
        </select>
      </label>
    </details>`;
  }

  #state(): string {
    const { going, told, outcome } = this;
    if (going) {
      return told === undefined ? 'begins' : `${durationText(told.now)} of virtual time`;
    }
    if (outcome?.refused !== undefined) return 'refused';
    const result = outcome?.result;
    if (result === undefined || this.runs?.shown !== true) return '';
    return `${result.verdict}, in ${(this.runs.millis / 1_000).toFixed(1)} s`;
  }

  #acts(): TemplateResult | typeof nothing {
    const actors = this.#actors;
    if (actors === undefined) return nothing;
    if (!this.#ofShown) {
      return html`<section>
        <h3>Act on it</h3>
        <p class="hint">
          What is shown was not run here, and is of no story of this version. Run a story, and a link can be cut or a node killed at
          any moment of it.
        </p>
      </section>`;
    }
    const moment = this.#packet?.at ?? this.time;
    return html`<section>
      <h3>Act at ${momentText(moment)}</h3>
      <p class="hint">${
        this.selected === 0
          ? 'Select an event, or move through time, to choose the moment.'
          : 'What happened until then stays as it is; the rest is run again.'
      }</p>
      ${actControls(
        { actors, packet: this.#packet, at: this.time + 1, acting: this.#acting },
        {
          aim: (acting) => {
            this.#acting = acting;
            this.requestUpdate();
          },
          add: (fault) => this.#add(fault),
        },
      )}
    </section>`;
  }

  #faults({ faults }: Draft): TemplateResult | typeof nothing {
    if (faults.length === 0) return nothing;
    const struck = new Set(this.outcome?.result?.struck.map(({ id }) => id));
    const remove = (kept: readonly Fault[]): void => {
      this.#change({ faults: kept });
      this.#run();
    };
    return html`<section>
      <h3>Added faults</h3>
      <ul class="added">
        ${faults.map((fault) => {
          const words = describeFault(fault);
          const moot = this.outcome?.result !== undefined && !struck.has(fault.id);
          return html`<li>
            <span>${words}${moot ? html` <em>came to nothing</em>` : nothing}</span>
            <button
              type="button"
              class="button icon"
              aria-label="Remove: ${words}"
              title="Remove it and run again"
              @click=${() => remove(faults.filter(({ id }) => id !== fault.id))}
            >✕</button>
          </li>`;
        })}
      </ul>
      ${faults.length < 2 ? nothing : html`<button type="button" class="button" @click=${() => remove([])}>Remove all</button>`}
    </section>`;
  }

  /** The same run for others, and in a terminal. */
  #elsewhere(): TemplateResult | typeof nothing {
    const request = this.runs?.shown === true ? this.runs.request : undefined;
    if (request === undefined || typeof request.story !== 'string') return nothing;
    const { story, seed = '1', ...terms } = request;
    const command = runCommand(`sims/${story}.ts`, seed, terms);
    const address = new URL(location.href);
    address.search = '';
    address.hash = runLink({ ...terms, story, seed });
    return html`<section>
      <h3>The same elsewhere</h3>
      <pre tabindex="0">${command}</pre>
      <div class="row">
        <button type="button" class="button" @click=${() => this.#copy('command', command)}>Copy the command</button>
        <button type="button" class="button" @click=${() => this.#copy('link', address.href)}>Copy the link</button>
      </div>
      <p class="hint" role="status">${this.#copied}</p>
    </section>`;
  }

  async #copy(what: string, text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.#copied = `The ${what} is in the clipboard.`;
    } catch {
      this.#copied = `The browser keeps the clipboard closed.`;
    }
    this.requestUpdate();
  }

  #leave = (): void => {
    this.dispatchEvent(new Event('leave', { bubbles: true }));
  };

  #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.#leave();
  };
}
