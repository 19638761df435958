import { Link } from '@tanstack/react-router';
import css from './abstract.module.css';
import { useScreen } from './context.js';
import { type Finding } from './findings-bar.js';

export function goToSection(id: string): void {
  const section = document.getElementById(`section-${id}`);
  section?.scrollIntoView({ block: 'start' });
  section?.querySelector<HTMLElement>('[data-field]:not([disabled])')?.focus({ preventScroll: true });
}

const comparisonOf = (reason: unknown): string | undefined => {
  const id = (reason as { readonly comparisonId?: unknown } | null)?.comparisonId;
  return typeof id === 'string' ? id : undefined;
};

/** The sections with what is open in each, and the other cases of the person. Folds to initials on narrow screens. */
export function SectionNav({
  findings,
  missing,
}: {
  readonly findings: readonly Finding[];
  readonly missing: readonly string[];
}) {
  const { detail, asked, sections } = useScreen();
  const inSection = (items: ReadonlySet<string>): { errors: number; toFill: number } => ({
    errors: findings.filter(({ severity, items: own }) => severity === 'error' && own.some((item) => items.has(item)))
      .length,
    toFill: missing.filter((item) => items.has(item)).length,
  });
  return (
    <nav className={css.nav} aria-label="Sections">
      {sections.map((section, index) => {
        const { errors, toFill } = inSection(
          new Set([
            ...section.items,
            ...section.rest,
            ...(section.id === 'stage' ? [...asked.needed, ...asked.more] : []),
          ]),
        );
        const state = errors > 0 ? 'error' : toFill > 0 ? 'open' : 'done';
        return (
          <button
            key={section.id}
            type="button"
            onClick={() => goToSection(section.id)}
            title={`${section.title} (Alt+${index + 1})`}
          >
            <span className={css.long}>{section.title}</span>
            <span className={css.initials} aria-hidden="true">
              {section.short}
            </span>
            <span className={css.tally} data-state={state}>
              {state === 'error' ? `${errors}!` : state === 'open' ? toFill : '✓'}
              <span className="visually-hidden">
                {state === 'error' ? ' errors' : state === 'open' ? ' to fill' : ' complete'}
              </span>
            </span>
          </button>
        );
      })}
      <hr />
      <Link to="/patients/$id" params={{ id: detail.patientId }} title="Patient">
        <span className={css.long}>Patient and other cases</span>
        <span className={css.initials} aria-hidden="true">
          Pt
        </span>
      </Link>
      {detail.tumorId !== null && (
        <Link to="/tumors/$id" params={{ id: detail.tumorId }} search={{}} title="Consolidated tumor">
          <span className={css.long}>Consolidated tumor</span>
          <span className={css.initials} aria-hidden="true">
            Tu
          </span>
        </Link>
      )}
      {detail.workItems.map(({ id, kind, reason }) => {
        const words = (
          <>
            <span className={css.long}>{kind.replaceAll('_', ' ')}</span>
            <span className={css.initials} aria-hidden="true">
              !
            </span>
          </>
        );
        const pair = kind === 'compare_tumors' ? comparisonOf(reason) : undefined;
        return pair === undefined ? (
          <span key={id} className={css.workItem} title={kind.replaceAll('_', ' ')}>
            {words}
          </span>
        ) : (
          <Link key={id} to="/primaries" search={{ pair }} className={css.workItem} title="One primary or two?">
            {words}
          </Link>
        );
      })}
    </nav>
  );
}
