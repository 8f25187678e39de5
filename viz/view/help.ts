/** The help: every key there is, and how to read the picture. */
import { html, LitElement, type TemplateResult } from 'lit';
import { keyName } from './commands.ts';
import type { Keyboard } from './keyboard.ts';

export class Help extends LitElement {
  static override properties = {
    keyboard: { attribute: false },
  };

  /** Undefined until it is there. */
  declare keyboard: Keyboard | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  show(): void {
    this.querySelector('dialog')!.showModal();
  }

  protected override render(): TemplateResult {
    const { keyboard } = this;
    const commands = keyboard?.commands ?? [];
    const groups = [...new Set(commands.map(({ group }) => group))];
    return html`<dialog class="help" aria-labelledby="help-title">
      <form method="dialog">
        <h2 id="help-title" tabindex="-1" autofocus>Keys</h2>
        <div class="groups">
          ${groups.map(
            (group) => html`<section>
              <h3>${group}</h3>
              <dl>
                ${commands
                  .filter((command) => command.group === group && command.keys.length > 0)
                  .map(
                    ({ keys, title }) =>
                      html`<div><dt>${keys.map((key) => html`<kbd>${keyName(key)}</kbd> `)}</dt><dd>${title}</dd></div>`,
                  )}
              </dl>
            </section>`,
          )}
        </div>
        <label class="single-keys">
          <input
            type="checkbox"
            .checked=${keyboard?.singleKeys ?? true}
            @change=${(event: Event) => keyboard?.setSingleKeys((event.target as HTMLInputElement).checked)}
          />
          Keys without Ctrl or ⌘ work everywhere in the page
        </label>
        <p>
          Time runs downwards and is not to scale where it says so: a gap of more than five times the median is cut out, with its
          length in the margin. An arrow begins when a packet was written and ends when its last byte was read. The heavier its
          line, the higher the QoS. A cross is where a packet was lost: TCP never loses one packet alone, a connection that breaks
          loses what is under way.
        </p>
        <button class="button primary">Close</button>
      </form>
    </dialog>`;
  }
}
