import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { useIcdo3, useItemTables } from '../items/tables.js';
import { AsOfBar, Change, useAsOf } from '../patients/as-of.js';
import { patientQuery } from '../patients/queries.js';
import { Timeline } from '../patients/timeline.js';
import { useTitles } from '../patients/titles.js';
import { useMay } from '../session/session.js';
import { showDate, showMoment, showSite } from '../ui/format.js';
import { useKeys } from '../ui/keys.js';
import { PageProblem, Skeleton } from '../ui/problem.js';
import { compare } from './compare.js';
import { useCorrections } from './correct.js';
import { Pairs } from './pairs.js';
import { type Tumor, tumorQuery } from './queries.js';
import { Stages } from './stage.js';
import { Values } from './values.js';
import asOfCss from '../patients/as-of.module.css';
import css from './tumor.module.css';

/**
 * A tumor: what all facilities together say of it beside what each of them reported, differences first, why each value is what it is, as of
 * any day; its stage, the pairs that were compared, and its course.
 */
export function TumorPage() {
  const { id } = useParams({ from: '/shell/tumors/$id' });
  const { data, error, refetch } = useQuery(tumorQuery(id));
  if (error !== null && data === undefined) return <PageProblem error={error} retry={() => void refetch()} />;
  if (data === undefined)
    return (
      <main id="main">
        <Skeleton rows={14} />
      </main>
    );
  return <Shown tumor={data} />;
}

function Shown({ tumor }: { readonly tumor: Tumor }) {
  const { id, rows } = tumor;
  const search = useSearch({ from: '/shell/tumors/$id' });
  const navigate = useNavigate();
  const titles = useTitles(rows);
  const tables = useItemTables();
  const [onlyDiffering, setOnlyDiffering] = useState(false);
  const asOf = useAsOf(
    rows,
    search.at,
    (at) => void navigate({ to: '/tumors/$id', params: { id }, search: { ...search, at }, replace: true }),
  );
  const { chosen, isNow } = asOf;
  const may = useMay();
  const corrections = useCorrections('tumor', tumor);
  const corrects = may('values.decide') && isNow && tumor.consolidated && tumor.mergedInto === null;
  const compared = useMemo(
    () => compare(rows, chosen, (item) => tables?.dictionary.byId.get(item)?.level === 'Tumor', tumor),
    [rows, chosen, tables, tumor],
  );
  useKeys([
    {
      chord: 'd',
      label: 'All items, or only what differs',
      group: 'Tumor',
      run: () => setOnlyDiffering(!onlyDiffering),
    },
  ]);
  const abstracts = rows.filter(({ entity }) => entity === 'abstract');
  return (
    <main className={css.page} id="main">
      <Head tumor={tumor} />
      <Merged tumor={tumor} />
      <AsOfBar asOf={asOf}>
        {abstracts.length > 1 && (
          <label className={asOfCss.check}>
            <input
              type="checkbox"
              checked={onlyDiffering}
              onChange={(event) => setOnlyDiffering(event.currentTarget.checked)}
            />
            only differences <kbd>d</kbd>
          </label>
        )}
      </AsOfBar>
      {!isNow && <Change asOf={asOf} titles={titles} />}
      {!isNow && compared.groups.length + compared.differing.length === 0 ? (
        <p className={css.faint}>On {showMoment(new Date(chosen).toISOString())} nothing of this tumor was here yet.</p>
      ) : (
        <Values
          rows={rows}
          consolidated={tumor.consolidated}
          compared={compared}
          onlyDiffering={onlyDiffering}
          isNow={isNow}
          titles={titles}
          corrections={corrects ? corrections : null}
        />
      )}
      <div className={css.two}>
        <Stages tumor={tumor} />
        <Pairs tumor={tumor} />
      </div>
      <Timeline
        of={{
          items: {},
          abstracts: abstracts.map((row) => ({
            id: row.id,
            facilityId: row.facilityId ?? '',
            primarySite: row.items.primarySite ?? null,
            histology: row.items.histologicTypeIcdO3 ?? null,
            dateOfDiagnosis: row.items.dateOfDiagnosis ?? null,
          })),
          reports: tumor.reports,
          contacts: tumor.contacts,
        }}
        history={rows}
      />
    </main>
  );
}

/** Where a tumor went that was merged into another, and which ones this one stands for. */
function Merged({ tumor: { mergedInto, mergedFrom } }: { readonly tumor: Tumor }) {
  if (mergedInto !== null)
    return (
      <p className={css.merged} role="status">
        A person decided that this is one primary with another tumor, and it was merged. This is how it was; it is not
        counted, followed or sent any more.{' '}
        <Link to="/tumors/$id" params={{ id: mergedInto }} search={{}}>
          The tumor that stands for it
        </Link>
      </p>
    );
  if (mergedFrom.length === 0) return null;
  return (
    <p className={css.merged}>
      {mergedFrom.length === 1 ? 'Another tumor was' : `${mergedFrom.length} other tumors were`} merged into this one by
      decision:{' '}
      {mergedFrom.map((id, at) => (
        <Link key={id} to="/tumors/$id" params={{ id }} search={{}}>
          {mergedFrom.length === 1 ? 'as it was before' : `the ${at + 1}.`}
        </Link>
      ))}
      . Taking the decision back (below, One primary or several) takes them apart again.
    </p>
  );
}

/** What the tumor is and whose. */
function Head({ tumor: { patientId, consolidated, rows } }: { readonly tumor: Tumor }) {
  const may = useMay();
  const icdo3 = useIcdo3();
  const { data: patient } = useQuery({ ...patientQuery(patientId), enabled: may('patients.read') });
  const items = rows[0]?.items ?? {};
  const site = items.primarySite;
  const histology = `${items.histologicTypeIcdO3 ?? ''}/${items.behaviorCodeIcdO3 ?? ''}`;
  const name = [patient?.items.nameLast, patient?.items.nameFirst].filter(Boolean).join(', ');
  return (
    <header className={css.head}>
      <div>
        <h1>{site === undefined ? 'Tumor' : (icdo3?.topography.get(site)?.label ?? showSite(site))}</h1>
        <p>
          {site !== undefined && <code>{showSite(site)}</code>}
          {items.histologicTypeIcdO3 !== undefined && (
            <>
              {' '}
              · <code>{histology}</code> {icdo3?.morphology.get(histology)?.label}
            </>
          )}
          {items.dateOfDiagnosis !== undefined && <> · diagnosed {showDate(items.dateOfDiagnosis)}</>}
        </p>
        {!consolidated && (
          <p className={css.faint}>
            Shown as your facility reported it. What all facilities together say is for the central registry.
          </p>
        )}
      </div>
      <nav aria-label="Of this patient" className={css.links}>
        <Link to="/patients/$id" params={{ id: patientId }}>
          <bdi>{name || 'Patient'}</bdi>
        </Link>
        <Link to="/patients/$id/history" params={{ id: patientId }} search={{}}>
          History of the patient
        </Link>
        {may('follow-up.read') && (
          <Link to="/follow-up" search={{ patient: patientId }}>
            Follow-up
          </Link>
        )}
      </nav>
    </header>
  );
}
