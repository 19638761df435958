import { Fragment, memo, useRef, useState } from 'react';
import { useDraft, useScreen } from './context.js';
import { type Finding } from './findings-bar.js';
import css from './form.module.css';
import { ItemField } from './item-field.js';
import { type FormSection, SECTIONS } from './sections.js';

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
  const asked = useAsked(findings, missing);
  return (
    <div data-form>
      {SECTIONS.map((section) => (
        <Fragment key={section.id}>
          <Section section={section} unfolded={unfolded} />
          {section.id === 'stage' && asked.length > 0 && (
            <section className={css.section} aria-labelledby="title-asked">
              <header>
                <h2 id="title-asked">Site-specific, asked for this case</h2>
              </header>
              {asked.map((id) => (
                <ItemField key={id} id={id} />
              ))}
            </section>
          )}
        </Fragment>
      ))}
    </div>
  );
}

const IN_SECTIONS = new Set(SECTIONS.flatMap(({ items, rest }) => [...items, ...rest]));
/** Derived or given by the registry: they show in findings and cannot be typed. */
const NOT_TYPED = new Set(['schemaId', 'derivedSummaryStage2018', 'ageAtDiagnosis']);

/**
 * Items of no section that an edit or completion asks for in this case: the site-specific ones of its schema. Once asked for they stay,
 * so that nothing jumps away while it is being answered.
 */
function useAsked(findings: readonly Finding[], missing: readonly string[]): readonly string[] {
  const { dictionary } = useScreen();
  const known = useRef(new Set<string>());
  for (const id of [...findings.flatMap(({ items }) => items), ...missing])
    if (!IN_SECTIONS.has(id) && !NOT_TYPED.has(id)) known.current.add(id);
  return dictionary.items.flatMap(({ id }) => (known.current.has(id) ? [id as string] : []));
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
  const shown = new Set(filled.split(' '));
  const rest = section.rest.filter((id) => all || shown.has(id) || unfolded.has(id));
  return (
    <section className={css.section} id={`section-${section.id}`} aria-labelledby={`title-${section.id}`}>
      <header>
        <h2 id={`title-${section.id}`}>{section.title}</h2>
      </header>
      {[...section.items, ...rest].map((id) => (
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
