/** The texts of a lesson: `code`, *emphasis*, and ids in brackets, which name statements of the standard. */
import { html, type TemplateResult } from 'lit';

const PIECE = /`([^`]+)`|\*([^*`]+)\*|\[((?:5\.0|3\.1\.1)\/MQTT-[\d.]+-\d+)\]/;

/** Where the standard is read, by its version. */
const STANDARDS: Readonly<Record<string, string>> = {
  '5.0': 'https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html',
  '3.1.1': 'https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html',
};

export function words(text: string): (string | TemplateResult)[] {
  const pieces: (string | TemplateResult)[] = [];
  let rest = text;
  for (let found = PIECE.exec(rest); found !== null; found = PIECE.exec(rest)) {
    const [whole, code, emphasis, statement] = found;
    pieces.push(rest.slice(0, found.index));
    pieces.push(
      code !== undefined
        ? html`<code>${code}</code>`
        : emphasis !== undefined
          ? html`<em>${emphasis}</em>`
          : statementLink(statement!),
    );
    rest = rest.slice(found.index + whole.length);
  }
  return [...pieces, rest];
}

function statementLink(id: string): TemplateResult {
  const [version, number] = id.split('/');
  return html`<a class="statement" href=${STANDARDS[version!]!} rel="noreferrer" target="_blank" title="MQTT ${version}, statement ${number}">${id}</a>`;
}
