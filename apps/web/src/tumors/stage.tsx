import { Fragment } from 'react';
import { meaningOf } from '../items/labels.js';
import { useIcdo3, useItemTables } from '../items/tables.js';
import { showName } from '../ui/format.js';
import { type Stage, type Tumor } from './queries.js';
import css from './tumor.module.css';

/** Items that say which schema and version, and no stage. */
const OF_SCHEMA = /^(schemaId|schemaIdVersion\w+)$/;

/** Stage as each algorithm derives it from the consolidated values, with its version and what could still change it. */
export function Stages({ tumor: { stage, consolidated, rows } }: { readonly tumor: Tumor }) {
  const stored = rows.find(({ entity }) => entity === 'tumor')?.items.schemaIdVersionCurrent;
  const telling = stage.filter(
    ({ derived, schema, errors }) => schema !== null || errors.length > 0 || Object.keys(derived).length > 0,
  );
  return (
    <section className={css.card} aria-labelledby="stage">
      <h2 id="stage">Stage</h2>
      {!consolidated && (
        <p className={css.faint}>Stage is derived for the consolidated tumor; that of your own abstract is in it.</p>
      )}
      {consolidated && telling.length === 0 && (
        <p className={css.faint}>No staging algorithm applies to this site, histology and year.</p>
      )}
      {telling.map((one) => (
        <Algorithm key={one.algorithm} stage={one} stored={stored} />
      ))}
    </section>
  );
}

function Algorithm({ stage, stored }: { readonly stage: Stage; readonly stored: string | undefined }) {
  const tables = useItemTables();
  const icdo3 = useIcdo3();
  const name = (item: string): string => showName(tables?.dictionary.byId.get(item)?.name ?? item);
  const derived = Object.entries(stage.derived as Readonly<Record<string, string>>).filter(
    ([item]) => !OF_SCHEMA.test(item),
  );
  const older = stored !== undefined && derived.length > 0 && 'schemaId' in stage.derived && stored !== stage.version;
  return (
    <div className={css.stage}>
      <h3>
        {stage.algorithm.replaceAll('_', ' ')} <small>version {stage.version}</small>
        {stage.schema !== null && <span>{stage.schema.name}</span>}
      </h3>
      {derived.length > 0 && (
        <dl>
          {derived.map(([item, value]) => (
            <Fragment key={item}>
              <dt>{name(item).replace(/^Derived /, '')}</dt>
              <dd>
                <code>{value}</code> {tables !== undefined && meaningOf({ codes: tables.codes, icdo3 }, item, value)}
              </dd>
            </Fragment>
          ))}
        </dl>
      )}
      {stage.wanted.length > 0 && <p>Which schema applies depends on {stage.wanted.map(name).join(', ')}.</p>}
      {stage.open.length > 0 && <p className={css.faint}>Could still change by {stage.open.map(name).join(', ')}.</p>}
      {older && <p className={css.faint}>Stored as version {stored} derived it; the next run brings it up to date.</p>}
    </div>
  );
}
