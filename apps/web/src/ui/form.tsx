import { type FormEvent, type ReactNode, useRef, useState } from 'react';
import { ApiProblem } from '../api/client.js';
import css from './form.module.css';

/** What a form holds, by field. */
export type Values = Readonly<Record<string, string>>;
/** Why a field's value was refused, by field. */
export type Wrong = Readonly<Record<string, string>>;

/** Thrown while sending by a form that says itself what is wrong with its fields. */
export class Refused extends Error {
  constructor(readonly wrong: Wrong) {
    super('refused');
  }
}

/** What the API refused, by field (the last part of its pointer), and what belongs to no field. */
export function refusal(
  error: unknown,
  fields: readonly string[],
): { readonly wrong: Wrong; readonly told: string | null } {
  if (error instanceof Refused) return { wrong: error.wrong, told: null };
  if (!(error instanceof ApiProblem)) throw error;
  const wrong: Record<string, string> = {};
  const rest: string[] = [];
  for (const { pointer, detail } of error.errors) {
    const field = pointer.split('/').at(-1) ?? '';
    if (fields.includes(field)) wrong[field] = [wrong[field], `It ${detail}.`].filter(Boolean).join(' ');
    else rest.push(`${field} ${detail}.`);
  }
  const nothing = Object.keys(wrong).length === 0;
  return { wrong, told: nothing || rest.length > 0 ? [error.message, ...rest].join(' ') : null };
}

/** What an input is given by its form: its name, its value, and where its error stands. */
export interface Bound {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly autoComplete: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string;
  readonly onChange: (event: { readonly currentTarget: { readonly value: string } }) => void;
}

export interface Form {
  readonly values: Values;
  readonly wrong: Wrong;
  /** What belongs to no field. */
  readonly told: string | null;
  readonly busy: boolean;
  readonly set: (name: string, value: string) => void;
  /** Everything anew, for example once it was sent. */
  readonly begin: (values: Values) => void;
  /** Say what is wrong, and put the cursor there. */
  readonly refuse: (wrong: Wrong) => void;
  readonly submit: (event?: FormEvent) => Promise<void>;
  readonly bound: (name: string) => Bound;
  readonly idOf: (name: string) => string;
}

/**
 * State of a form: what was typed, what was refused at which field, and sending it once at a time.
 *
 * @param options.check what is wrong before anything is sent. @param options.send throws an {@link ApiProblem} where the registry refuses.
 * @param options.prefix tells the fields of several forms on one page apart.
 */
export function useForm({
  initial = {},
  fields,
  check = () => ({}),
  send,
  kept,
  prefix = '',
}: {
  readonly initial?: Values;
  /** Fields whose refusal by the registry is said right at them. */
  readonly fields: readonly string[];
  readonly check?: (values: Values) => Wrong;
  readonly send: (values: Values) => Promise<unknown>;
  /** Called with what the form holds whenever it changes. */
  readonly kept?: (values: Values) => void;
  readonly prefix?: string;
}): Form {
  const [values, setValues] = useState<Values>(initial);
  const [wrong, setWrong] = useState<Wrong>({});
  const [told, setTold] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const sending = useRef(false);
  const idOf = (name: string): string => `field-${prefix}${name}`;
  const begin = (next: Values): void => {
    setValues(next);
    kept?.(next);
  };
  const set = (name: string, value: string): void => {
    begin({ ...values, [name]: value });
    const { [name]: _mended, ...others } = wrong;
    setWrong(others);
  };
  const refuse = (found: Wrong): void => {
    setWrong(found);
    const [first] = Object.keys(found);
    if (first !== undefined) requestAnimationFrame(() => document.getElementById(idOf(first))?.focus());
  };
  const submit = async (event?: FormEvent): Promise<void> => {
    event?.preventDefault();
    if (sending.current) return;
    const missing = check(values);
    setTold(null);
    refuse(missing);
    if (Object.keys(missing).length > 0) return;
    sending.current = true;
    setBusy(true);
    try {
      await send(values);
    } catch (error) {
      const refused = refusal(error, fields);
      refuse(refused.wrong);
      setTold(refused.told);
    } finally {
      sending.current = false;
      setBusy(false);
    }
  };
  return {
    values,
    wrong,
    told,
    busy,
    set,
    begin,
    refuse,
    submit,
    idOf,
    bound: (name) => ({
      id: idOf(name),
      name,
      value: values[name] ?? '',
      autoComplete: 'off',
      'aria-invalid': wrong[name] !== undefined,
      'aria-describedby': `wrong-${prefix}${name}`,
      onChange: (event) => set(name, event.currentTarget.value),
    }),
  };
}

/** A field with its label, and what is wrong with it right below. */
export function Field({
  form,
  name,
  label,
  wide = false,
  children,
}: {
  readonly form: Pick<Form, 'wrong' | 'bound'>;
  readonly name: string;
  readonly label: ReactNode;
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  const { id, 'aria-describedby': place } = form.bound(name);
  const wrong = form.wrong[name];
  return (
    <div className={css.field} data-wide={wide} data-wrong={wrong !== undefined}>
      <label htmlFor={id}>{label}</label>
      {children}
      <p id={place} role={wrong === undefined ? undefined : 'alert'}>
        {wrong}
      </p>
    </div>
  );
}

/** What was refused and belongs to no field. */
export function Told({ form }: { readonly form: Pick<Form, 'told'> }) {
  return form.told === null ? null : (
    <p className={css.told} role="alert">
      {form.told}
    </p>
  );
}

/** A field of a {@link SmallForm}. */
export interface SmallField {
  readonly name: string;
  readonly label: string;
  /** Characters it takes. */
  readonly length?: number;
  readonly required?: boolean;
  readonly wide?: boolean;
  /** Lines of a text; absent: one line. */
  readonly rows?: number;
  readonly options?: readonly (readonly [value: string, label: string])[];
  readonly placeholder?: string;
}

/** A form in a panel: a few fields, one button that keeps, one that leaves. Esc leaves too. */
export function SmallForm({
  label,
  fields,
  initial,
  check,
  keep = 'Keep',
  send,
  close,
  prefix,
  changed,
  children,
}: {
  readonly label: string;
  readonly fields: readonly SmallField[];
  readonly initial?: Values;
  readonly check?: (values: Values) => Wrong;
  readonly keep?: string;
  readonly send: (values: Values) => Promise<unknown>;
  readonly close: () => void;
  readonly prefix?: string;
  readonly changed?: (values: Values) => void;
  readonly children?: ReactNode;
}) {
  const form = useForm({
    ...(initial === undefined ? {} : { initial }),
    fields: fields.map(({ name }) => name),
    check: (values) => ({
      ...Object.fromEntries(
        fields.flatMap(({ name, label: title, required }) =>
          required === true && (values[name] ?? '').trim() === '' ? [[name, `${title} is needed.`]] : [],
        ),
      ),
      ...check?.(values),
    }),
    send,
    ...(prefix === undefined ? {} : { prefix }),
    ...(changed === undefined ? {} : { kept: changed }),
  });
  return (
    <form
      className={css.small}
      aria-label={label}
      noValidate
      onSubmit={(event) => void form.submit(event)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        close();
      }}
    >
      {fields.map(({ name, label: title, length, wide, rows, options, placeholder }, at) => (
        <Field key={name} form={form} name={name} label={title} wide={wide === true}>
          {options !== undefined ? (
            <select {...form.bound(name)} autoFocus={at === 0}>
              {options.map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          ) : rows === undefined ? (
            <input {...form.bound(name)} dir="auto" maxLength={length} placeholder={placeholder} autoFocus={at === 0} />
          ) : (
            <textarea {...form.bound(name)} dir="auto" rows={rows} maxLength={length} autoFocus={at === 0} />
          )}
        </Field>
      ))}
      {children}
      <Told form={form} />
      <p className={css.end}>
        <button type="submit" disabled={form.busy}>
          {keep}
        </button>
        <button type="button" onClick={close}>
          Leave
        </button>
      </p>
    </form>
  );
}

/** What was typed, without spaces around; fields that are empty are left out. */
export const filled = <T extends string>(values: Values, names: readonly T[]): Partial<Record<T, string>> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = (values[name] ?? '').trim();
      return value === '' ? [] : [[name, value]];
    }),
  ) as Partial<Record<T, string>>;
