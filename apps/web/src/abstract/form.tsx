import { Fragment, memo, useState } from 'react';
import { useDraft, useScreen } from './context.js';
import { type Finding } from './findings-bar.js';
import css from './form.module.css';
import { ItemField } from './item-field.js';
import { type FormSection, isCollected } from './sections.js';
import { SiteSpecific } from './site-specific.js';

/** All sections of the abstract, one below the other. `unfolded` are items that were asked for though their section folds them. */
export function Form({
  unfolded,
  findings,
  missing,
}: {
  readonly unfolded: ReadonlySet<string>;
  readonly findings: readonly Finding[];
  readonly missing: readonly string[];
}) {
  const { sections } = useScreen();
  return (
    <div data-form>
      {sections.map((section) => (
        <Fragment key={section.id}>
          <Section section={section} unfolded={unfolded} />
          {section.id === 'stage' && <SiteSpecific unfolded={unfolded} findings={findings} missing={missing} />}
        </Fragment>
      ))}
    </div>
  );
}

const Section = memo(function Section({
  section,
  unfolded,
}: {
  readonly section: FormSection;
  readonly unfolded: ReadonlySet<string>;
}) {
  const { draft } = useScreen();
  const [all, setAll] = useState(false);
  // Folded items that hold a value are shown all the same: nothing that counts is hidden.
  const filled = useDraft(draft, ({ items }) => section.rest.filter((id) => items[id] !== undefined).join(' '));
  const year = useDraft(draft, ({ items }) => items.dateOfDiagnosis?.slice(0, 4));
  const outdated = useDraft(draft, ({ items }) =>
    section.items
      .filter((id) => items[id] === undefined && !isCollected(id, year === undefined ? undefined : Number(year)))
      .join(' '),
  ).split(' ');
  const shown = new Set(filled.split(' '));
  const rest = section.rest.filter((id) => all || shown.has(id) || unfolded.has(id));
  return (
    <section className={css.section} id={`section-${section.id}`} aria-labelledby={`title-${section.id}`}>
      <header>
        <h2 id={`title-${section.id}`}>{section.title}</h2>
      </header>
      {[...section.items.filter((id) => unfolded.has(id) || !outdated.includes(id)), ...rest].map((id) => (
        <ItemField key={id} id={id} />
      ))}
      {rest.length < section.rest.length && (
        <button type="button" className={css.more} onClick={() => setAll(true)}>
          {section.rest.length - rest.length} more items
        </button>
      )}
    </section>
  );
});
