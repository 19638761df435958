import { Fragment, useMemo, useRef, useState } from 'react';
import { meaningOf } from '../items/labels.js';
import { useIcdo3 } from '../items/tables.js';
import { showName } from '../ui/format.js';
import { useDraft, useScreen } from './context.js';
import { type Finding } from './findings-bar.js';
import css from './form.module.css';
import { ItemField } from './item-field.js';

/** Given by staging or the registry: they show in findings and cannot be typed. */
const isGiven = (id: string): boolean =>
  id.startsWith('derived') || id.startsWith('schemaId') || id === 'ageAtDiagnosis';

/**
 * Items that this case asks for and others do not: the site-specific ones of its schema, as staging says, and what an edit or completion
 * names. Once there they stay, so that nothing jumps away while it is being answered.
 */
export function SiteSpecific({
  unfolded,
  findings,
  missing,
}: {
  readonly unfolded: ReadonlySet<string>;
  readonly findings: readonly Finding[];
  readonly missing: readonly string[];
}) {
  const { dictionary, draft, codes, asked, sections } = useScreen();
  const inSections = useMemo(() => new Set(sections.flatMap(({ items, rest }) => [...items, ...rest])), [sections]);
  const icdo3 = useIcdo3();
  const [all, setAll] = useState(false);
  const known = useRef(new Set<string>());
  const named = [...findings.flatMap(({ items }) => items), ...missing, ...unfolded, ...asked.wanted];
  const own = (ids: readonly string[]): readonly string[] =>
    ids.filter((id) => !inSections.has(id) && !isGiven(id) && dictionary.byId.has(id));
  for (const id of own(named)) known.current.add(id);
  const needed = own(asked.needed);
  const others = own(asked.more);
  const filled = useDraft(draft, ({ items }) => others.filter((id) => items[id] !== undefined).join(' ')).split(' ');
  const more = others.filter((id) => all || filled.includes(id) || known.current.has(id));
  const rest = dictionary.items.flatMap(({ id }) =>
    known.current.has(id) && !needed.includes(id) && !others.includes(id) ? [id as string] : [],
  );
  const derived = Object.entries(asked.derived).filter(([id]) => id.startsWith('derived'));
  if (needed.length + others.length + rest.length + derived.length === 0 && asked.wanted.length === 0) return null;
  return (
    <section className={css.section} id="section-site-specific" aria-labelledby="title-site-specific">
      <header>
        <h2 id="title-site-specific">Site-specific{asked.schema === null ? '' : `: ${asked.schema}`}</h2>
      </header>
      {asked.schema === null && asked.wanted.length > 0 && (
        <p className={css.asked}>
          Which items apply depends on{' '}
          {asked.wanted.map((id) => showName(dictionary.byId.get(id)?.name ?? id)).join(', ')}.
        </p>
      )}
      {[...needed, ...rest, ...more].map((id) => (
        <ItemField key={id} id={id} />
      ))}
      {more.length < others.length && (
        <button type="button" className={css.more} onClick={() => setAll(true)}>
          {others.length - more.length} more items
        </button>
      )}
      {derived.length > 0 && (
        <div className={css.derived} role="status">
          <h3>Derived from what is coded</h3>
          <dl>
            {derived.map(([id, value]) => (
              <Fragment key={id}>
                <dt>{showName(dictionary.byId.get(id)?.name ?? id).replace(/^Derived /, '')}</dt>
                <dd>
                  <code>{value}</code> {meaningOf({ codes, icdo3 }, id, value)}
                </dd>
              </Fragment>
            ))}
          </dl>
        </div>
      )}
    </section>
  );
}
