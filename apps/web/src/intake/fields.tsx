import { useQuery } from '@tanstack/react-query';
import { facilitiesQuery } from '../abstract/queries.js';
import { parseDate } from '../abstract/parse-value.js';
import { useSession } from '../session/session.js';
import { Field, type Form, type Values, type Wrong } from '../ui/form.js';
import css from './intake.module.css';

/** Facilities for which the person who is signed in may do something. */
export function useFacilitiesOf(right: 'intake.submit' | 'abstracts.write' | 'reports.screen'): {
  readonly facilities: readonly { readonly id: string; readonly name: string }[];
  readonly all: boolean;
} {
  const session = useSession();
  const { data = [] } = useQuery(facilitiesQuery);
  const reach = session.rights[right];
  const all = reach?.allFacilities === true;
  // Nothing new is made for a facility that is out of use.
  const used = data.filter(({ retiredAt }) => retiredAt === null);
  return { all, facilities: used.filter(({ id }) => all || reach?.facilityIds.includes(id) === true) };
}

type Facilities = ReturnType<typeof useFacilitiesOf>['facilities'];

/** The facility of a form: the only one there is, or the one that was chosen; empty until then. */
export const facilityOf = (values: Values, facilities: Facilities): string =>
  values.facilityId ?? (facilities.length === 1 ? facilities[0]?.id : undefined) ?? '';

export function FacilityField({ form, facilities }: { readonly form: Form; readonly facilities: Facilities }) {
  return (
    <Field form={form} name="facilityId" label="Facility">
      <select {...form.bound('facilityId')} value={facilityOf(form.values, facilities)}>
        {facilities.length !== 1 && <option value="">choose</option>}
        {facilities.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** Items of the person that are asked for where a case begins. */
const PERSON = [
  ['nameLast', 'Last name', 40],
  ['nameFirst', 'First name', 40],
  ['dateOfBirth', 'Birth date', 20],
  ['medicalRecordNumber', 'Medical record number', 15],
  ['socialSecurityNumber', 'Social security number', 11],
] as const;
export const PERSON_FIELDS: readonly string[] = [...PERSON.map(([name]) => name), 'sexAssignedAtBirth'];

export function PersonFields({ form }: { readonly form: Form }) {
  return (
    <fieldset className={css.group}>
      <legend>Patient, as far as it is known</legend>
      {PERSON.map(([name, label, length]) => (
        <Field key={name} form={form} name={name} label={label}>
          <input
            {...form.bound(name)}
            dir="auto"
            maxLength={length}
            placeholder={name === 'dateOfBirth' ? '3/15/1962' : undefined}
          />
        </Field>
      ))}
      <Field form={form} name="sexAssignedAtBirth" label="Sex at birth">
        <select {...form.bound('sexAssignedAtBirth')}>
          <option value="">not stated</option>
          <option value="1">1 male</option>
          <option value="2">2 female</option>
          <option value="9">9 unknown</option>
        </select>
      </Field>
    </fieldset>
  );
}

/** A date as it was typed, as the standard writes it; `null` for an empty field. @param today `YYYYMMDD`. */
export function dateOf(
  text: string | undefined,
  today: string,
): { readonly value: string | null; readonly why: string | null } {
  if (text === undefined || text.trim() === '') return { value: null, why: null };
  const date = parseDate(text, today);
  return date.ok ? { value: date.value, why: null } : { value: null, why: date.why };
}

/** The person's items as the standard writes them, and what is wrong with them. */
export function personOf(
  values: Values,
  today: string,
): { readonly items: Record<string, string>; readonly wrong: Wrong } {
  const items: Record<string, string> = {};
  const wrong: Record<string, string> = {};
  for (const name of PERSON_FIELDS) {
    const text = (values[name] ?? '').trim();
    if (text === '') continue;
    if (name === 'dateOfBirth') {
      const { value, why } = dateOf(text, today);
      if (why !== null) wrong[name] = why;
      else if (value !== null) items[name] = value;
    } else if (name === 'socialSecurityNumber') {
      const digits = text.replace(/[- ]/g, '');
      if (/^\d{9}$/.test(digits)) items[name] = digits;
      else wrong[name] = 'Nine digits, with or without dashes.';
    } else items[name] = text;
  }
  return { items, wrong };
}
