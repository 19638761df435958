import { columnVisibilityFeature, createColumnHelper, tableFeatures } from '@tanstack/react-table';
import { SEXES, showDate, showSite } from '../ui/format.js';
import { type Row } from './queries.js';
import { reasonWords } from './words.js';
import css from './worklists.module.css';

/** Days after which a row of a list is late; half of it is the time to look. */
const STANDARD_DAYS = 30;

export const features = tableFeatures({ columnVisibilityFeature });
const column = createColumnHelper<typeof features, Row>();
export const columns = column.columns([
  column.accessor('ageDays', { header: 'Age', cell: ({ getValue }) => <Age days={getValue()} /> }),
  column.accessor('patient', {
    header: 'Patient',
    cell: ({ getValue }) => {
      const patient = getValue();
      if (patient === null) return <span className={css.faint}>unknown</span>;
      const name = [patient.last, patient.first].filter(Boolean).join(', ');
      return (
        <>
          <span dir="auto">{name === '' ? 'no name' : name}</span>{' '}
          <span className={css.faint}>
            {[SEXES[patient.sex ?? ''], showDate(patient.birthDate)].filter(Boolean).join(' ')}
          </span>
        </>
      );
    },
  }),
  column.accessor('site', {
    header: 'Site, histology',
    cell: ({ row }) => (
      <>
        <code>{showSite(row.original.site)}</code> <code>{row.original.histology ?? ''}</code>
      </>
    ),
  }),
  column.accessor('confidence', {
    header: 'Sure',
    cell: ({ getValue }) => {
      const value = getValue();
      return value === null ? '' : <span className={css.sure}>{Math.round(value * 100)}</span>;
    },
  }),
  column.accessor('reasons', {
    header: 'Reason',
    cell: ({ getValue, row }) => {
      const [first, ...more] = getValue();
      const missing = row.original.missing;
      const words = first === undefined ? (missing === null ? '' : `${missing} items to fill`) : reasonWords(first);
      return (
        <span title={getValue().map(reasonWords).join('; ')}>
          {words}
          {more.length > 0 && <span className={css.faint}> +{more.length}</span>}
        </span>
      );
    },
  }),
  column.accessor('reportNumber', { header: 'Report', cell: ({ getValue }) => <code>{getValue() ?? ''}</code> }),
  column.accessor('facility', { header: 'Facility', cell: ({ getValue }) => getValue()?.name ?? '' }),
  column.accessor('owner', {
    header: 'Owner',
    cell: ({ getValue }) => getValue()?.name ?? <span className={css.faint}>nobody</span>,
  }),
]);
export const COLUMN_NAMES: Readonly<Record<string, string>> = {
  ageDays: 'Age',
  patient: 'Patient',
  site: 'Site, histology',
  confidence: 'Sure',
  reasons: 'Reason',
  reportNumber: 'Report',
  facility: 'Facility',
  owner: 'Owner',
};

function Age({ days }: { readonly days: number }) {
  const share = Math.min(1, days / STANDARD_DAYS);
  const state = days > STANDARD_DAYS ? 'late' : days > STANDARD_DAYS / 2 ? 'soon' : 'fine';
  return (
    <span className={css.age} data-state={state}>
      <span className={css.ageBar} ref={(node) => node?.style.setProperty('--share', String(share))} />
      {days === 0 ? 'today' : `${days} d`}
    </span>
  );
}

export const WIDTHS: Readonly<Record<string, string>> = {
  ageDays: '82px',
  patient: 'minmax(150px, 1.8fr)',
  site: '92px',
  confidence: '34px',
  reasons: 'minmax(90px, 1.2fr)',
  reportNumber: 'minmax(78px, 0.8fr)',
  facility: 'minmax(70px, 1fr)',
  owner: 'minmax(64px, 0.8fr)',
};
