/**
 * The playground: a story is written at the left, runs when it is asked to, and its trace is seen at the right. Nothing runs by
 * itself, least of all what came with a link.
 */

import api from 'virtual:mqtt-amber-api';
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Parameters } from '../../src/scenario/parameters.ts';
import { Engine, type EngineRun } from '../engine/engine.ts';
import bars from '../theme/bars.css?inline';
import code from '../theme/code.css?inline';
import { paletteCss } from '../theme/palette.ts';
import type { Viewer } from '../view/viewer.ts';
import { type Attempt, attemptOf, bareAttempt, type Mistake, STORY_FILE } from './attempt.ts';
import { Declaration } from './declaration.ts';
import { Draft } from './draft.ts';
import { StoryEditor } from './editor.ts';
import { gallery } from './gallery.ts';
import { invitation } from './invitation.ts';
import { outcome } from './outcome.ts';
import style from './playground.css?inline';
import { SandboxedThread } from './sandbox.ts';
import { settings } from './settings.ts';
import { FIRST_STORY, isOfUs, type Story, storyNamed } from './stories.ts';
import { saveStory } from './story-file.ts';
import { readStoryLink, storyLink } from './story-link.ts';

/** A page is no place for an endless story. */
const LIMITS = { events: 5_000_000, bytes: 64 * 1024 * 1024, millis: 30_000, silentMillis: 3_000 };
const PRINTED_MAX = 1_000;
const TOLD_MILLIS = 4_000;

export class Playground extends LitElement {
  static override properties = {
    seed: { state: true },
    parameters: { state: true },
    declared: { state: true },
    attempt: { state: true },
    printed: { state: true },
    origin: { state: true },
    told: { state: true },
    opened: { state: true },
    offered: { state: true },
  };

  declare seed: string;
  /** As they were typed. */
  declare parameters: Readonly<Record<string, string>>;
  /** Of the story in the editor, as it was when it could be loaded last. */
  declare declared: Parameters;
  declare attempt: Attempt | undefined;
  declare printed: readonly string[];
  /** A story that somebody else has written is read before it is run. */
  declare origin: 'own' | 'link';
  declare told: string;
  /** There is a trace to see. */
  declare opened: boolean;
  /** What was chosen while there is something of one's own in the editor. */
  declare offered: Story | undefined;
  readonly #engine = new Engine(engineCode, (text) => new SandboxedThread(text, addressOf('site/frame.js')));
  readonly #draft = new Draft();
  readonly #declaration = new Declaration(
    this.#engine,
    (text) => compiled(text).catch(() => undefined),
    (parameters) => {
      this.declared = parameters;
    },
  );
  /** A page has one theme, and tells it at its root. */
  readonly #root = new MutationObserver(() => this.requestUpdate());
  #editor: StoryEditor | undefined;
  #run: EngineRun | undefined;
  #runs = 0;
  /** What was run last. */
  #ran: string | undefined;
  #toldTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.seed = '1';
    this.parameters = {};
    this.declared = {};
    this.attempt = undefined;
    this.printed = [];
    this.origin = 'own';
    this.told = '';
    this.opened = false;
    this.offered = undefined;
  }

  protected override createRenderRoot(): ShadowRoot {
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [paletteCss(), bars, code, style].map((text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      return sheet;
    });
    return root;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#root.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    addEventListener('keydown', this.#onKey);
    addEventListener('hashchange', this.#onHash);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#root.disconnect();
    removeEventListener('keydown', this.#onKey);
    removeEventListener('hashchange', this.#onHash);
    this.stop();
    clearTimeout(this.#toldTimer);
    this.#declaration.end();
    this.#editor?.end();
  }

  protected override firstUpdated(_changed: PropertyValues<this>): void {
    const parent = this.renderRoot.querySelector<HTMLElement>('.editor')!;
    this.#editor = new StoryEditor(parent, this.renderRoot as ShadowRoot, {
      run: () => void this.run(),
      changed: () => this.#keep(),
    });
    void this.#open();
  }

  /** What stands in the editor. */
  get source(): string {
    return this.#editor?.text ?? '';
  }

  get running(): boolean {
    return this.attempt?.verdict === 'running';
  }

  /** What stands here is not what came to the outcome that is shown. */
  get changed(): boolean {
    return this.attempt !== undefined && !this.running && this.#ran !== this.#standing;
  }

  /** All that decides a run here. */
  get #standing(): string {
    const { source, seed, parameters } = this;
    return JSON.stringify([source, seed.trim() || '1', given(parameters, source)]);
  }

  /** Runs what stands in the editor, in place of what runs. */
  async run(): Promise<void> {
    const editor = this.#editor;
    if (editor === undefined) return;
    this.stop();
    const mine = ++this.#runs;
    this.origin = 'own';
    this.printed = [];
    this.#ran = this.#standing;
    this.#settle(bareAttempt('running'));
    const { text } = editor;
    const source = await this.#compiled(text);
    if (mine !== this.#runs) return;
    // A text that cannot be run has no picture, and that of the run before is not its.
    this.opened = source !== undefined;
    if (source === undefined) return;
    void this.#declaration.look(text);
    const parameters = given(this.parameters, text);
    const story = { source, file: STORY_FILE };
    const run = this.#engine.run({ story, seed: this.seed.trim() || '1', parameters, limits: LIMITS });
    this.#run = run;
    run.onPrinted = (line) => {
      if (mine === this.#runs && this.printed.length < PRINTED_MAX) this.printed = [...this.printed, line];
    };
    const viewer = this.renderRoot.querySelector<Viewer>('amber-trace');
    viewer?.addressBar.beginAtFailure();
    void viewer?.reading.open(run.source, () => run.recorded);
    const ended = await run.ended;
    if (mine === this.#runs) this.#settle(attemptOf(ended));
  }

  /** Ends what runs. */
  stop(): void {
    this.#runs++;
    this.#run?.cancel();
    this.#run = undefined;
    if (this.running) this.#settle(bareAttempt('stopped'));
  }

  /** Puts another story in the editor, or asks before what was written there has to go. True when it is there. */
  choose(story: Story, sure = false): boolean {
    const { source } = story;
    this.offered = sure || this.source.trim() === '' || isOfUs(this.source) ? undefined : story;
    if (this.offered !== undefined) return false;
    this.stop();
    this.seed = '1';
    this.parameters = {};
    this.declared = {};
    this.attempt = undefined;
    this.printed = [];
    this.origin = 'own';
    this.opened = false;
    this.#editor!.text = source;
    this.#editor!.show([], []);
    void this.#declaration.look(source);
    history.replaceState(null, '', location.pathname + location.search);
    return true;
  }

  async share(): Promise<void> {
    const { source, seed, parameters } = this;
    const url = new URL(location.href);
    url.hash = await storyLink({ source, seed, parameters });
    history.replaceState(null, '', url);
    try {
      await navigator.clipboard.writeText(url.href);
      this.#tell('The link is in the clipboard. The story is in the link itself, and on no server.');
    } catch {
      this.#tell('The address of the page is the link now; the browser keeps the clipboard closed.');
    }
  }

  /** As a file that `amber run` takes as it is. */
  download(): void {
    const name = saveStory(this.source);
    this.#tell(
      `${name} is on its way: npx amber run ${name}${this.seed === '1' ? '' : ` --seed ${this.seed}`}`,
    );
  }

  goTo(mistake: Mistake): void {
    this.#editor?.goTo(mistake);
  }

  async #open(): Promise<void> {
    try {
      const shared = await readStoryLink(location.hash);
      const named = storyNamed(new URLSearchParams(location.hash.slice(1)).get('story') ?? '');
      if (shared !== undefined) {
        this.#editor!.text = shared.source;
        this.seed = shared.seed;
        this.parameters = shared.parameters;
        this.attempt = undefined;
        this.origin = 'link';
        this.declared = {};
        return;
      }
      this.#editor!.text = named?.source ?? this.#draft.kept ?? storyNamed(FIRST_STORY)!.source;
    } catch (error) {
      this.#editor!.text = storyNamed(FIRST_STORY)!.source;
      this.#tell(error instanceof Error ? error.message : String(error));
    }
    void this.#declaration.look(this.source);
  }

  async #compiled(text: string): Promise<string | undefined> {
    const { SourceError } = await import('./compile.ts');
    try {
      return await compiled(text);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      const { line, column, message } = error;
      this.#settle(bareAttempt('refused', [{ line, column, message }]));
      return undefined;
    }
  }

  /** What is written on is one's own, wherever it came from: the next visit finds it, and not the link. */
  #keep(): void {
    this.#draft.keep(this.source);
    // A story of somebody else is loaded when they say so, and not because a letter of it was changed.
    if (this.origin === 'own') this.#declaration.lookSoon(this.source);
    this.requestUpdate();
    if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
  }

  #settle(attempt: Attempt): void {
    this.attempt = attempt;
    this.#editor?.show(attempt.mistakes, attempt.oddities);
  }

  #tell(text: string): void {
    this.told = text;
    clearTimeout(this.#toldTimer);
    this.#toldTimer = setTimeout(() => {
      this.told = '';
    }, TOLD_MILLIS);
  }

  #onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void this.run();
  };

  #onHash = (): void => void this.#open();

  protected override render(): TemplateResult {
    return html`
      <h1 class="visually-hidden">Playground</h1>
      <div class="written">
        ${settings(this)}
        ${this.origin === 'link' ? linkNotice : nothing}
        <div class="editor"></div>
        ${outcome(this)}
      </div>
      <div class="seen" data-run=${this.opened ? 'some' : 'none'}>
        ${this.opened ? nothing : invitation(this)}
        <amber-trace barless data-theme=${document.documentElement.dataset.theme ?? nothing}></amber-trace>
      </div>
      ${gallery(this)}
      <p class="told" role="status">${this.told}</p>
    `;
  }
}

const linkNotice = html`<p class="from-link" role="status">
  This story came with a link, and was not run. Read it first; then <b>Run</b> it.
</p>`;

/** What was typed for parameters that the story does not have (any more) is left aside. */
function given(parameters: Readonly<Record<string, string>>, source: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([name, value]) => value !== '' && source.includes(name)),
  );
}

/** In JavaScript, line for line. @throws SourceError */
async function compiled(text: string): Promise<string> {
  const { compile } = await import('./compile.ts');
  return compile(text, new Map(api.exports.map(({ name, value }) => [name, value])));
}

function addressOf(path: string): string {
  return new URL(path, document.baseURI).href;
}

async function engineCode(): Promise<string> {
  const response = await fetch(addressOf('engine-worker.js'));
  if (!response.ok)
    throw new Error(`the engine answered ${response.status} ${response.statusText}`.trimEnd());
  return response.text();
}
