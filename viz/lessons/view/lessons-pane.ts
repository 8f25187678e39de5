/** The element `<amber-lessons>`, which is a page: the list of lessons, or the one that the address names (`#qos-0`). */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import bars from '../../theme/bars.css?inline';
import lessons from '../../theme/lessons.css?inline';
import { paletteCss, type Theme } from '../../theme/palette.ts';
import { LESSONS } from '../lessons.ts';
import { Progress } from '../progress.ts';
import type { ReachedEvent } from './lesson-view.ts';
import { words } from './words.ts';

export class LessonsPane extends LitElement {
  static override properties = {
    lesson: {},
    theme: { reflect: true, attribute: 'data-theme' },
  };

  /** The name of a lesson; empty for the list. */
  declare lesson: string;
  /** What the system prefers when it is undefined. */
  declare theme: Theme | undefined;

  readonly #progress = new Progress();
  /** A page has one theme, and tells it at its root. */
  readonly #root = new MutationObserver(() => this.#takeTheme());

  constructor() {
    super();
    this.lesson = '';
    this.theme = undefined;
  }

  protected override createRenderRoot(): ShadowRoot {
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [paletteCss(), bars, lessons].map((text) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(text);
      return sheet;
    });
    return root;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#root.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    this.#takeTheme();
    addEventListener('hashchange', this.#onAddress);
    this.#onAddress();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#root.disconnect();
    removeEventListener('hashchange', this.#onAddress);
  }

  #takeTheme(): void {
    const { theme } = document.documentElement.dataset;
    this.theme = theme === 'light' || theme === 'dark' ? theme : undefined;
  }

  #onAddress = (): void => {
    const name = location.hash.slice(1);
    const known = LESSONS.some((lesson) => lesson.name === name);
    const cameBack = this.lesson !== '' && !known;
    this.lesson = known ? name : '';
    const title = LESSONS.find((lesson) => lesson.name === this.lesson)?.title;
    document.title = title === undefined ? 'Amber: lessons' : `${title} · Amber: lessons`;
    if (cameBack) void this.updateComplete.then(() => this.renderRoot.querySelector('h1')?.focus());
  };

  protected override render(): TemplateResult {
    const at = LESSONS.findIndex(({ name }) => name === this.lesson);
    const lesson = LESSONS[at];
    if (lesson === undefined) return this.#list();
    return html`${keyed(
      lesson.name,
      html`<amber-lesson
        .lesson=${lesson}
        .number=${at + 1}
        .count=${LESSONS.length}
        .following=${LESSONS[at + 1]}
        .passed=${this.#progress.has(lesson.name)}
        .reached=${this.#progress.reachedIn(lesson.name)}
        .theme=${this.theme}
        @reached=${({ value }: ReachedEvent) => this.#progress.reach(lesson.name, value)}
        @passed=${() => this.#progress.add(lesson.name)}
      ></amber-lesson>`,
    )}`;
  }

  #mark(name: string): TemplateResult | typeof nothing {
    if (this.#progress.has(name)) return html`<em>passed</em>`;
    return this.#progress.reachedIn(name).size > 0 ? html`<em>begun</em>` : nothing;
  }

  #list(): TemplateResult {
    const passed = LESSONS.filter(({ name }) => this.#progress.has(name)).length;
    const begun = LESSONS.some(({ name }) => this.#mark(name) !== nothing);
    const next = LESSONS.find(({ name }) => !this.#progress.has(name));
    return html`<section class="shelf">
      <h1 tabindex="-1">Lessons</h1>
      <p class="lead">
        MQTT from its first packet on. In each lesson you watch real machines, change one thing, and say what will happen: when you are right, you see it happen, and else there is a hint.
        You need to know nothing, and there is no clock.
      </p>
      <p class="progress"><progress aria-label="Lessons passed" max=${LESSONS.length} value=${passed}></progress> ${passed} of ${LESSONS.length} passed
        ${
          begun
            ? html`<button type="button" class="button" @click=${() => {
                this.#progress.forget();
                this.requestUpdate();
              }}>Forget it</button>`
            : nothing
        }
      </p>
      <ol>
        ${LESSONS.map(
          ({
            name,
            title,
            about,
          }) => html`<li class=${this.#progress.has(name) ? 'passed' : name === next?.name ? 'upcoming' : ''}>
            <a href="#${name}"><b>${title}</b><span>${words(about)}</span>${this.#mark(name)}</a>
          </li>`,
        )}
      </ol>
    </section>`;
  }
}
