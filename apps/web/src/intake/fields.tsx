import { useQuery } from '@tanstack/react-query';
import { type ReactNode } from 'react';
import { facilitiesQuery } from '../abstract/queries.js';
import { parseDate } from '../abstract/parse-value.js';
import { ApiProblem } from '../api/client.js';
import { useSession } from '../session/session.js';
import css from './intake.module.css';

/** What a form holds, by field. */
export type Values = Readonly<Record<string, string>>;
/** Why a field's value was refused, by field. */
export type Wrong = Readonly<Record<string, string>>;

/** A field with its label, and what is wrong with it right below. */
export function Field({
  name,
  label,
  wrong,
  wide = false,
  children,
}: {
  readonly name: string;
  readonly label: string;
  readonly wrong?: string | undefined;
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <div className={css.field} data-wide={wide} data-wrong={wrong !== undefined}>
      <label htmlFor={`field-${name}`}>{label}</label>
      {children}
      <p id={`wrong-${name}`} role={wrong === undefined ? undefined : 'alert'}>
        {wrong}
      </p>
    </div>
  );
}

/** What an input of a {@link Field} is called, and where its error stands. */
export const linked = (name: string, wrong?: string): Record<string, string | boolean> => ({
  id: `field-${name}`,
  name,
  autoComplete: 'off',
  'aria-invalid': wrong !== undefined,
  'aria-describedby': `wrong-${name}`,
});

/** Facilities for which the person who is signed in may do something. */
export function useFacilitiesOf(right: 'intake.submit' | 'abstracts.write' | 'reports.screen'): {
  readonly facilities: readonly { readonly id: string; readonly name: string }[];
  readonly all: boolean;
} {
  const session = useSession();
  const { data = [] } = useQuery(facilitiesQuery);
  const reach = session.rights[right];
  const all = reach?.allFacilities === true;
  return { all, facilities: data.filter(({ id }) => all || reach?.facilityIds.includes(id) === true) };
}

/** Items of the person that are asked for where a case begins. */
const PERSON = [
  ['nameLast', 'Last name', 40],
  ['nameFirst', 'First name', 40],
  ['dateOfBirth', 'Birth date', 20],
  ['medicalRecordNumber', 'Medical record number', 15],
  ['socialSecurityNumber', 'Social security number', 11],
] as const;

export function PersonFields({
  values,
  wrong,
  set,
}: {
  readonly values: Values;
  readonly wrong: Wrong;
  readonly set: (name: string, value: string) => void;
}) {
  return (
    <fieldset className={css.group}>
      <legend>Patient, as far as it is known</legend>
      {PERSON.map(([name, label, length]) => (
        <Field key={name} name={name} label={label} wrong={wrong[name]}>
          <input
            {...linked(name, wrong[name])}
            dir="auto"
            maxLength={length}
            placeholder={name === 'dateOfBirth' ? '3/15/1962' : undefined}
            value={values[name] ?? ''}
            onChange={(event) => set(name, event.currentTarget.value)}
          />
        </Field>
      ))}
      <Field name="sexAssignedAtBirth" label="Sex at birth" wrong={wrong.sexAssignedAtBirth}>
        <select
          {...linked('sexAssignedAtBirth')}
          value={values.sexAssignedAtBirth ?? ''}
          onChange={(event) => set('sexAssignedAtBirth', event.currentTarget.value)}
        >
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
  for (const name of [...PERSON.map(([item]) => item), 'sexAssignedAtBirth']) {
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

/** What the API refused, by field (the last part of its pointer), and what belongs to no field. */
export function refusal(
  error: unknown,
  fields: readonly string[],
): { readonly wrong: Wrong; readonly told: string | null } {
  if (!(error instanceof ApiProblem)) throw error;
  const wrong: Record<string, string> = {};
  const rest: string[] = [];
  for (const { pointer, detail } of error.errors) {
    const field = pointer.split('/').at(-1) ?? '';
    if (fields.includes(field)) wrong[field] = `It ${detail}.`;
    else rest.push(`${field} ${detail}.`);
  }
  const nothing = Object.keys(wrong).length === 0;
  return { wrong, told: nothing || rest.length > 0 ? [error.message, ...rest].join(' ') : null };
}

/** Put the cursor where something is wrong. */
export function focusFirst(wrong: Wrong): void {
  const [first] = Object.keys(wrong);
  if (first !== undefined) requestAnimationFrame(() => document.getElementById(`field-${first}`)?.focus());
}
