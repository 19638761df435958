import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { facilitiesQuery } from '../abstract/queries.js';
import { meaningOf, showValue } from '../items/labels.js';
import { useIcdo3, useItemTables } from '../items/tables.js';
import { showName, showSite } from '../ui/format.js';
import { cameFrom, type History } from './history.js';
import { type Corrections, TakeValue } from '../tumors/correct.js';
import css from './patient.module.css';

/** Items of a table, and those that are shown on demand. */
export interface Shown {
  readonly keys: readonly string[];
  readonly more: readonly string[];
}

/** What tells tumors apart and says how they stand. */
export const OF_TUMOR: readonly string[] = [
  'dateOfDiagnosis',
  'primarySite',
  'laterality',
  'histologicTypeIcdO3',
  'behaviorCodeIcdO3',
  'gradeClinical',
  'gradePathological',
  'summaryStage2018',
  'rxSummTreatmentStatus',
  'cancerStatus',
];
/** Who somebody is, as it is reported. */
export const OF_IDENTITY: Shown = {
  keys: [
    'nameLast',
    'nameFirst',
    'dateOfBirth',
    'sexAssignedAtBirth',
    'socialSecurityNumber',
    'dateOfLastContact',
    'vitalStatus',
  ],
  more: [
    'nameMiddle',
    'nameSuffix',
    'nameAlias',
    'nameBirthSurname',
    'race1',
    'race2',
    'spanishHispanicOrigin',
    'birthplaceState',
    'birthplaceCountry',
    'telephone',
    'causeOfDeath',
  ],
};

/**
 * The values that all facilities together stand for, beside what each facility reported: which abstract gave a value is marked, and where
 * one says something else. Without the consolidated ones in sight, the abstracts alone.
 */
export function ValuesBeside({
  label,
  whole,
  abstracts,
  items: { keys, more },
  corrections = null,
}: {
  readonly label: string;
  readonly whole: History | undefined;
  readonly abstracts: readonly History[];
  readonly items: Shown;
  /** `null` for those who do not correct values. */
  readonly corrections?: Corrections | null;
}) {
  const tables = useItemTables();
  const icdo3 = useIcdo3();
  const { data: facilities } = useQuery(facilitiesQuery);
  const [all, setAll] = useState(false);
  // A single abstract that says the same needs no column of its own.
  const [only] = abstracts;
  const alike =
    whole !== undefined &&
    abstracts.length === 1 &&
    keys.concat(more).every((item) => only?.items[item] === undefined || only.items[item] === whole.items[item]);
  const columns = alike ? [] : abstracts;
  const has = (item: string): boolean =>
    whole?.items[item] !== undefined || abstracts.some(({ items }) => items[item] !== undefined);
  const items = [...keys, ...(all ? more : [])].filter(has);
  const hidden = all ? 0 : more.filter(has).length;
  const meaning = (row: History, item: string): string =>
    tables === undefined || row.items[item] === undefined
      ? ''
      : meaningOf({ codes: tables.codes, icdo3 }, item, row.items[item], row.items.behaviorCodeIcdO3);
  const gave = (item: string): string | undefined => {
    const origin = whole?.items[item] === undefined ? undefined : cameFrom(whole, item)?.origin;
    return origin?.kind === 'abstract' ? origin.abstractId : undefined;
  };
  return (
    <>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={label}>
        <table className={css.matrix}>
          <thead>
            <tr>
              <th scope="col">Item</th>
              {whole !== undefined && <th scope="col">Consolidated</th>}
              {columns.map((one) => (
                <th scope="col" key={one.id}>
                  <Link to="/abstracts/$id" params={{ id: one.id }}>
                    {facilities?.find(({ id }) => id === one.facilityId)?.name ?? 'Abstract'}
                  </Link>{' '}
                  {one.items.primarySite !== undefined && <code>{showSite(one.items.primarySite)}</code>}{' '}
                  <span data-state={one.state}>{one.state}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {items.map((item) => {
              const source = gave(item);
              const value = whole?.items[item];
              return (
                <tr key={item}>
                  <th scope="row">{showName(tables?.dictionary.byId.get(item)?.name ?? item)}</th>
                  {whole !== undefined && (
                    <td>
                      {value === undefined ? <em>none</em> : <code dir="auto">{showValue(item, value)}</code>}{' '}
                      <span>{meaning(whole, item)}</span>
                      {corrections?.decisions.some((one) => one.item === item) === true && <b>set by a person</b>}
                    </td>
                  )}
                  {columns.map((one) => {
                    const own = one.items[item];
                    const differs = value !== undefined && own !== undefined && own !== value;
                    return (
                      <td key={one.id} data-same={own === value} data-differs={differs}>
                        {own === undefined ? <em>empty</em> : <code dir="auto">{showValue(item, own)}</code>}{' '}
                        {source === one.id && !differs && abstracts.length > 1 && <b>gave it</b>}
                        {differs && <b>{source === one.id ? 'gave it, changed since' : 'differs'}</b>}
                        {differs && corrections !== null && one.state === 'complete' && (
                          <TakeValue
                            corrections={corrections}
                            item={item}
                            value={own}
                            abstractId={one.id}
                            facility={facilities?.find(({ id }) => id === one.facilityId)?.name ?? 'a facility'}
                          />
                        )}
                        {(whole === undefined || differs) && <span> {meaning(one, item)}</span>}
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {hidden > 0 && (
        <button type="button" className={css.more} onClick={() => setAll(true)}>
          {hidden} more items
        </button>
      )}
    </>
  );
}
