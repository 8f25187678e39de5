/** The help: every key there is, and how to read the picture. */
import { html, type TemplateResult } from 'lit';
import { DROP_OUTLINE, DROP_SHINE } from '../theme/drop.ts';
import { type Command, keyName } from './commands.ts';

/** The mark of the house. */
export const drop = html`<svg class="drop" viewBox="0 0 20 24" width="20" height="24" aria-hidden="true">
  <path d=${DROP_OUTLINE}></path>
  <path class="shine" d=${DROP_SHINE}></path>
</svg>`;

export interface SingleKeys {
  on: boolean;
  set(on: boolean): void;
}

export function helpDialog(commands: readonly Command[], singleKeys: SingleKeys): TemplateResult {
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
          .checked=${singleKeys.on}
          @change=${(event: Event) => singleKeys.set((event.target as HTMLInputElement).checked)}
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
