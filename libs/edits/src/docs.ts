import { type Dictionary, type NaaccrId } from '@perennial/naaccr';
import { CATALOG, CHAPTERS } from './catalog/index.js';
import { EXAMPLES_TODAY } from './examples.js';
import { editsOfSet, SETS, setsOfEdit } from './sets.js';
import { type Edit } from './types.js';

const BASIS = {
  P: 'follows a publicly described standard edit',
  D: 'drafted from code definitions; check it before calling it equivalent to the standard edit',
} as const;

/** More items than these are told by their number only. */
const MANY = 12;

function itemWords(items: readonly NaaccrId[], { byId }: Dictionary): string {
  const words = items.map((item) => {
    const definition = byId.get(item);
    return definition === undefined ? item : `${item} (${definition.number})`;
  });
  return words.length <= MANY ? words.join(', ') : `${words.slice(0, MANY).join(', ')} and ${words.length - MANY} more`;
}

/** How an edit reads its items, a line each. */
function readingOf(edit: Edit, dictionary: Dictionary): (readonly [label: string, text: string])[] {
  if (edit.level === 'field')
    return [[edit.required === true ? 'Required items' : 'Items', itemWords(edit.items, dictionary)]];
  const { needs, presence = [], anyOf = [], also = [], depends = [], appliesTo } = edit;
  const { from, to } = appliesTo?.years ?? {};
  const years = [from === undefined ? '' : `from ${from}`, to === undefined ? '' : `to ${to}`]
    .filter(Boolean)
    .join(' ');
  return (
    [
      ['Needs', itemWords(needs, dictionary)],
      ['Checks presence of', itemWords(presence, dictionary)],
      ['Any of', itemWords(anyOf, dictionary)],
      ['Also reads', itemWords(also, dictionary)],
      ['Depends on', depends.join(', ')],
      ['Diagnosis years', years],
      ['Reporting source', (appliesTo?.sources ?? []).join(', ')],
    ] as const
  ).filter(([, text]) => text !== '');
}

/** An edit for people, as plain text. */
export function explainEdit(edit: Edit, dictionary: Dictionary): string {
  const rows: (readonly [string, string])[] = [
    ['Severity', edit.severity],
    [
      'Level',
      { field: 'one item', tumor: 'one tumor with its patient', patient: 'all tumors of a patient' }[edit.level],
    ],
    ['Basis', `${edit.basis}: ${BASIS[edit.basis]}`],
    ['Version', String(edit.version)],
    ...(edit.tag === undefined ? [] : [['Tag', edit.tag] as const]),
    ...readingOf(edit, dictionary),
    ...(edit.override === undefined
      ? []
      : [['Cleared by', `${edit.override.item} = ${edit.override.values.join(' or ')}`] as const]),
    ['Message', edit.message],
    ['Sets', setsOfEdit(edit.id).join(', ')],
  ];
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  return [
    `${edit.id}  ${edit.name}`,
    '',
    edit.logic,
    '',
    ...rows.map(([label, text]) => `${label.padEnd(width)}${text}`),
    '',
    ...edit.examples.pass.slice(0, 3).map((text) => `pass  ${text}`),
    ...edit.examples.fail.slice(0, 3).map((text) => `fail  ${text}`),
  ].join('\n');
}

/** A page of the catalog: title, text before, chapters with edits. Rendered as Markdown and as HTML from the same parts. */
interface Block {
  readonly heading: string;
  readonly id: string;
  readonly mark: string;
  readonly logic: string;
  readonly rows: readonly (readonly [string, string])[];
  readonly pass: readonly string[];
  readonly fail: readonly string[];
}

function blockOf(edit: Edit, dictionary: Dictionary): Block {
  return {
    heading: `${edit.id} ${edit.name}`,
    id: edit.id,
    mark: `${edit.severity}, basis ${edit.basis}${edit.basis === 'D' ? ' (drafted)' : ''}, version ${edit.version}`,
    logic: edit.logic,
    rows: [
      ...readingOf(edit, dictionary),
      ...(edit.override === undefined
        ? []
        : [['Cleared by', `${edit.override.item} = ${edit.override.values.join(' or ')}`] as const]),
      ['Message', edit.message],
      ['Sets', setsOfEdit(edit.id).join(', ')],
    ],
    pass: edit.examples.pass.slice(0, 2),
    fail: edit.examples.fail.slice(0, 2),
  };
}

const INTRODUCTION = [
  'One engine runs these edits in the form, in the service, in batches and on the command line, with the same answer everywhere.',
  'An edit is skipped when an item it needs is blank or invalid, unless it checks presence itself. Invalid means that the value fails its own single-field edit, or that a date is none by DT01; such an optional item counts as blank.',
  `A warning is cleared by the over-ride item that is named, or by a recorded review; it is asked again when an involved value changes. Errors are corrected. Basis P ${BASIS.P}; basis D was ${BASIS.D}.`,
  `Examples give items by short names (\`perennial edits explain ID\` and the source name them all); tumors are apart by a bar. They assume the day ${EXAMPLES_TODAY}.`,
];

const TITLE = 'Catalog of edits';
const summary = (): string =>
  `${CATALOG.length} edits: ${CATALOG.filter(({ severity }) => severity === 'error').length} errors and ${CATALOG.filter(({ severity }) => severity === 'warning').length} warnings, ${CATALOG.filter(({ basis }) => basis === 'D').length} of them drafted (D).`;

const setRows = (): (readonly [string, string, string, string])[] =>
  SETS.flatMap(({ id, title, versions }) =>
    versions.map(
      ({ version, note }) => [id, version, `${title}. ${note}`, String(editsOfSet(id, version).length)] as const,
    ),
  );

/** The catalog as Markdown, for the repository. */
export function catalogMarkdown(dictionary: Dictionary): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  return [
    `# ${TITLE}`,
    '',
    'Made by `npm run docs:edits` from the catalog itself. Do not edit.',
    '',
    summary(),
    '',
    ...INTRODUCTION.flatMap((text) => [text, '']),
    '## Sets',
    '',
    '| set | version | what | edits |',
    '| --- | --- | --- | --- |',
    ...setRows().map((row) => `| ${row.map(cell).join(' | ')} |`),
    '',
    ...CHAPTERS.flatMap(({ title, edits }) => [
      `## ${title}`,
      '',
      ...edits
        .map((edit) => blockOf(edit, dictionary))
        .flatMap(({ heading, mark, logic, rows, pass, fail }) => [
          `### ${heading}`,
          '',
          `*${mark}*`,
          '',
          logic,
          '',
          ...rows.map(([label, text]) => `- ${label}: ${text}`),
          ...pass.map((text) => `- passes: \`${text}\``),
          ...fail.map((text) => `- fails: \`${text}\``),
          '',
        ]),
    ]),
  ].join('\n');
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
/** Words between backticks as code. */
const inline = (text: string): string => escapeHtml(text).replace(/`([^`]*)`/g, '<code>$1</code>');

/** The catalog as a page of its own: no script, nothing fetched, so that the strictest content policy serves it. */
export function catalogHtml(dictionary: Dictionary): string {
  const code = (text: string): string => `<code>${escapeHtml(text)}</code>`;
  return [
    '<!doctype html>',
    `<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${TITLE}</title></head><body><main>`,
    `<h1>${TITLE}</h1><p>${summary()}</p>`,
    ...INTRODUCTION.map((text) => `<p>${inline(text)}</p>`),
    `<nav aria-label="Chapters"><ul>${CHAPTERS.map(({ title }, index) => `<li><a href="#chapter-${index + 1}">${escapeHtml(title)}</a></li>`).join('')}</ul></nav>`,
    '<h2>Sets</h2><table><thead><tr><th scope="col">set</th><th scope="col">version</th><th scope="col">what</th><th scope="col">edits</th></tr></thead><tbody>',
    ...setRows().map((row) => `<tr>${row.map((text) => `<td>${escapeHtml(text)}</td>`).join('')}</tr>`),
    '</tbody></table>',
    ...CHAPTERS.flatMap(({ title, edits }, index) => [
      `<h2 id="chapter-${index + 1}">${escapeHtml(title)}</h2>`,
      ...edits
        .map((edit) => blockOf(edit, dictionary))
        .map(
          ({ heading, id, mark, logic, rows, pass, fail }) =>
            `<section id="${id}"><h3>${escapeHtml(heading)}</h3><p><em>${escapeHtml(mark)}</em></p><p>${escapeHtml(logic)}</p><dl>${[
              ...rows.map(([label, text]) => `<dt>${escapeHtml(label)}</dt><dd>${escapeHtml(text)}</dd>`),
              ...pass.map((text) => `<dt>Passes</dt><dd>${code(text)}</dd>`),
              ...fail.map((text) => `<dt>Fails</dt><dd>${code(text)}</dd>`),
            ].join('')}</dl></section>`,
        ),
    ]),
    '</main></body></html>',
    '',
  ].join('\n');
}
