import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadDictionary } from '@perennial/naaccr/node';
import { CATALOG, catalogHtml, catalogMarkdown, EDITS_BY_ID, explainEdit } from './index.js';

const dictionary = loadDictionary('260');

describe('the page of the catalog', () => {
  it('in the repository is that of the catalog; if not, run `npm run docs:edits`', () => {
    const page = readFileSync(path.join(__dirname, '../../../docs/edits.md'), 'utf8');
    expect(page === catalogMarkdown(dictionary)).toBe(true);
  });
  it('has every edit with its mark, as a page too', () => {
    const html = catalogHtml(dictionary);
    for (const { id } of CATALOG) expect(html).toContain(`<section id="${id}"><h3>${id} `);
    expect(html.match(/\(drafted\)/g)).toHaveLength(91);
    expect(html).not.toMatch(/<script|undefined/);
  });
  it('explains an edit', () => {
    expect(explainEdit(EDITS_BY_ID.get('MO03')!, dictionary)).toMatch(/Cleared by +overRideSiteType = 1/);
  });
});
