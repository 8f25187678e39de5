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
import { type Attempt, attemptOf, type Mistake, STORY_FILE } from './attempt.ts';
import { Draft } from './draft.ts';
import { StoryEditor } from './editor.ts';
import { gallery } from './gallery.ts';
import { outcome } from './outcome.ts';
import style from './playground.css?inline';
import { SandboxedThread } from './sandbox.ts';
import { settings } from './settings.ts';
import { FIRST_STORY, type Story, storyNamed, titleOf } from './stories.ts';
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
  };

  declare seed: string;
  /** As they were typed. */
  declare parameters: Readonly<Record<string, string>>;
  /** Of the story that was run last. */
  declare declared: Parameters;
  declare attempt: Attempt | undefined;
  declare printed: readonly string[];
  /** A story that somebody else has written is read before it is run. */
  declare origin: 'own' | 'link';
  declare told: string;
  /** There is a trace to see. */
  declare opened: boolean;
  readonly #engine = new Engine(engineCode, (text) => new SandboxedThread(text, addressOf('site/frame.js')));
  readonly #draft = new Draft();
  /** A page has one theme, and tells it at its root. */
  readonly #root = new MutationObserver(() => this.requestUpdate());
  #editor: StoryEditor | undefined;
  #run: EngineRun | undefined;
  #runs = 0;
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

  /** Runs what stands in the editor, in place of what runs. */
  async run(): Promise<void> {
    const editor = this.#editor;
    if (editor === undefined) return;
    this.stop();
    const mine = ++this.#runs;
    this.origin = 'own';
    this.printed = [];
    this.#settle({ verdict: 'running', mistakes: [], troubles: [], broken: 0 });
    const source = await this.#compiled(editor.text);
    if (mine !== this.#runs) return;
    // A text that cannot be run has no picture, and that of the run before is not its.
    this.opened = source !== undefined;
    if (source === undefined) return;
    const story = { source, file: STORY_FILE };
    void this.#declare(story, editor.text);
    const { parameters } = this;
    const seed = this.seed.trim() || '1';
    const run = this.#engine.run({ story, seed, parameters: given(parameters, editor.text), limits: LIMITS });
    this.#run = run;
    run.onPrinted = (line) => {
      if (mine === this.#runs && this.printed.length < PRINTED_MAX) this.printed = [...this.printed, line];
    };
    const viewer = this.renderRoot.querySelector<Viewer>('amber-trace');
    void viewer?.reading.open(run.source, () => run.recorded);
    const ended = await run.ended;
    if (mine === this.#runs) this.#settle(attemptOf(ended));
  }

  /** Ends what runs. */
  stop(): void {
    this.#runs++;
    this.#run?.cancel();
    this.#run = undefined;
    if (this.running) this.#settle({ verdict: 'stopped', mistakes: [], troubles: [], broken: 0 });
  }

  /** Puts another story in the editor; what stood there comes back with undo. */
  choose({ source }: Pick<Story, 'source'>): void {
    this.stop();
    this.seed = '1';
    this.parameters = {};
    this.declared = {};
    this.attempt = undefined;
    this.printed = [];
    this.origin = 'own';
    this.opened = false;
    this.#editor!.text = source;
    this.#editor!.show([]);
    history.replaceState(null, '', location.pathname + location.search);
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
    const address = URL.createObjectURL(new Blob([this.source], { type: 'text/typescript' }));
    const link = document.createElement('a');
    link.href = address;
    link.download = fileName(this.source);
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
    this.#tell(
      `${link.download} is on its way: npx amber run ${link.download}${this.seed === '1' ? '' : ` --seed ${this.seed}`}`,
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
      } else this.#editor!.text = named?.source ?? this.#draft.kept ?? storyNamed(FIRST_STORY)!.source;
    } catch (error) {
      this.#editor!.text = storyNamed(FIRST_STORY)!.source;
      this.#tell(error instanceof Error ? error.message : String(error));
    }
  }

  async #compiled(text: string): Promise<string | undefined> {
    const { compile, SourceError } = await import('./compile.ts');
    try {
      return compile(text, new Map(api.exports.map(({ name, value }) => [name, value])));
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      const { line, column, message } = error;
      this.#settle({ verdict: 'refused', mistakes: [{ line, column, message }], troubles: [], broken: 0 });
      return undefined;
    }
  }

  /** What can be set is known when the module was loaded once. */
  async #declare(story: { source: string; file: string }, text: string): Promise<void> {
    if (!/\bparameters\b/.test(text)) {
      this.declared = {};
      return;
    }
    try {
      this.declared = (await this.#engine.card(story)).parameters;
    } catch {
      // The run says what is wrong with it.
      this.declared = {};
    }
  }

  /** What is written on is one's own, wherever it came from: the next visit finds it, and not the link. */
  #keep(): void {
    this.#draft.keep(this.source);
    if (location.hash !== '') history.replaceState(null, '', location.pathname + location.search);
  }

  #settle(attempt: Attempt): void {
    this.attempt = attempt;
    this.#editor?.show(attempt.mistakes);
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
        ${this.opened ? nothing : invitation}
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

const invitation = html`<section class="invitation">
  <h2>Run the story</h2>
  <p>
    <kbd>Ctrl</kbd> <kbd>Enter</kbd> runs it in this page, in a place that reaches no network. The same text and the same seed are
    the same run, here and with <code>amber run</code>.
  </p>
</section>`;

/** What was typed for parameters that the story does not have (any more) is left aside. */
function given(parameters: Readonly<Record<string, string>>, source: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters)
      .map(([name, value]) => [name, value.trim()] as const)
      .filter(([name, value]) => value !== '' && source.includes(name)),
  );
}

function fileName(source: string): string {
  const words = (titleOf(source) ?? 'story')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `${words.slice(0, 60) || 'story'}.ts`;
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
