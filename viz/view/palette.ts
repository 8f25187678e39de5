/** The palette of commands: type a few letters of what you want, or where you want to go. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { exactText } from '../layout/time-text.ts';
import { type Command, keyName, matching } from './commands.ts';
import { type Goal, goalOf } from './moment.ts';

/** Fired with an event or a time that was typed. */
export class GoalEvent extends Event {
  readonly goal: Goal;
  constructor(goal: Goal) {
    super('goal', { bubbles: true });
    this.goal = goal;
  }
}

interface Choice {
  title: string;
  keys: readonly string[];
  choose(): void;
}

export class Palette extends LitElement {
  static override properties = {
    commands: { attribute: false },
    open: { state: true },
    typed: { state: true },
    at: { state: true },
  };

  declare commands: readonly Command[];
  declare open: boolean;
  declare typed: string;
  /** The choice that Enter takes. */
  declare at: number;

  constructor() {
    super();
    this.commands = [];
    this.open = false;
    this.typed = '';
    this.at = 0;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  show(): void {
    this.open = true;
    this.typed = '';
    this.at = 0;
    const input = this.querySelector('input')!;
    input.value = '';
    this.#dialog.showModal();
    input.focus();
  }

  get #dialog(): HTMLDialogElement {
    return this.querySelector('dialog')!;
  }

  #choices(): Choice[] {
    const goal = goalOf(this.typed);
    const there: Choice[] =
      goal === undefined
        ? []
        : [
            {
              title: 'event' in goal ? `Go to event ${goal.event}` : `Go to ${exactText(goal.time)}`,
              keys: [],
              choose: () => this.dispatchEvent(new GoalEvent(goal)),
            },
          ];
    return [
      ...there,
      ...matching(this.commands, this.typed).map(({ title, keys, run }) => ({ title, keys, choose: run })),
    ];
  }

  protected override render(): TemplateResult {
    const choices = this.open ? this.#choices() : [];
    const at = Math.min(this.at, choices.length - 1);
    return html`<dialog class="palette" aria-label="Commands" @click=${this.#onBackdrop} @close=${this.#onClose}>
      <input
        type="text"
        role="combobox"
        aria-label="A command, an event or a time"
        aria-expanded="true"
        aria-controls="palette-choices"
        aria-activedescendant=${at >= 0 ? `palette-choice-${at}` : nothing}
        autocomplete="off"
        spellcheck="false"
        placeholder="A command, an event such as 481, a time such as 1.5 s"
        @input=${this.#onInput}
        @keydown=${this.#onKey}
      />
      <ul role="listbox" id="palette-choices" aria-label="What can be done">
        ${choices.map(
          (choice, index) => html`<li
            role="option"
            id="palette-choice-${index}"
            aria-selected=${index === at}
            @click=${() => this.#choose(choice)}
          >
            <span>${choice.title}</span>
            ${choice.keys.slice(0, 1).map((key) => html`<kbd>${keyName(key)}</kbd>`)}
          </li>`,
        )}
      </ul>
      ${this.open && choices.length === 0 ? html`<p class="more" role="status">No command has these words, and it is no event or time.</p>` : nothing}
    </dialog>`;
  }

  #choose(choice: Choice): void {
    this.#dialog.close();
    choice.choose();
  }

  #onClose = (): void => {
    this.open = false;
  };

  #onBackdrop = (event: MouseEvent): void => {
    if (event.target === this.#dialog) this.#dialog.close();
  };

  #onInput = (event: InputEvent): void => {
    this.typed = (event.target as HTMLInputElement).value;
    this.at = 0;
  };

  #onKey = (event: KeyboardEvent): void => {
    const choices = this.#choices();
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const step = event.key === 'ArrowDown' ? 1 : -1;
      this.at = (this.at + step + choices.length) % Math.max(1, choices.length);
      void this.updateComplete.then(() =>
        this.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }),
      );
    } else if (event.key === 'Enter') {
      const choice = choices[this.at];
      if (choice !== undefined) this.#choose(choice);
    } else return;
    event.preventDefault();
  };
}
