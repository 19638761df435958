import { useParams } from '@tanstack/react-router';
import { showSite } from '../ui/format.js';
import { Empty, Skeleton } from '../ui/problem.js';
import { useIcdo3 } from './tables.js';
import css from './code-page.module.css';

/** A code of the classification: what it is called, in all its words. */
export function CodePage() {
  const { code } = useParams({ from: '/shell/codes/$code' });
  const icdo3 = useIcdo3();
  if (icdo3 === undefined) return <Skeleton />;
  const site = icdo3.topography.get(code);
  const morphology = icdo3.morphology.get(code.replace('-', '/'));
  if (site === undefined && morphology === undefined)
    return (
      <main id="main">
        <Empty title="No such code">ICD-O-3.2 has no code {code}.</Empty>
      </main>
    );
  const terms = site?.terms ?? morphology?.terms.map(({ term }) => term) ?? [];
  const notes = [morphology?.siteHint ? `Usual site ${morphology.siteHint}` : '', morphology?.note ?? ''].filter(
    Boolean,
  );
  return (
    <main className={css.page} id="main">
      <h1>
        <code>{site === undefined ? morphology?.code : showSite(site.code)}</code> {site?.label ?? morphology?.label}
      </h1>
      {notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
      <h2>Also called</h2>
      {terms.length === 0 && <p>The classification gives no other terms.</p>}
      <ul>
        {terms.map((term) => (
          <li key={term}>{term}</li>
        ))}
      </ul>
      <p className={css.source}>ICD-O-3.2, World Health Organization.</p>
    </main>
  );
}
