import { type NaaccrId } from '@perennial/naaccr';
import { expandCodes } from '../tables.js';
import {
  type Edit,
  type EditContext,
  type FieldEdit,
  type PatientEdit,
  type TumorEdit,
  type Violation,
} from '../types.js';
import { type EditValues } from '../values.js';

type Common = 'id' | 'name' | 'tag' | 'basis' | 'message' | 'logic' | 'override' | 'engine';
type Facts = Pick<Edit, Exclude<Common, 'tag' | 'override' | 'engine'>> &
  Partial<Pick<Edit, 'tag' | 'override' | 'engine' | 'version'>> & {
    readonly pass: readonly string[];
    readonly fail: readonly string[];
  };
type Reading = Pick<TumorEdit, 'presence' | 'anyOf' | 'also' | 'depends' | 'appliesTo'>;

/** The values of the needed items, in their order: each is filled and valid. */
export type Needed<Items extends readonly NaaccrId[]> = { readonly [Index in keyof Items]: string };

type TumorSpec<Items extends readonly NaaccrId[]> = Facts &
  Reading & {
    readonly needs: Items;
    /** True, or what is wrong, when the record breaks the rule. */
    readonly broken: (
      needed: Needed<Items>,
      values: EditValues,
      context: EditContext,
    ) => boolean | Violation | readonly Violation[];
  };

type Severity = Edit['severity'];

function tumorEdit<const Items extends readonly NaaccrId[]>(severity: Severity, spec: TumorSpec<Items>): TumorEdit {
  const { broken, pass, fail, ...facts } = spec;
  return {
    version: 1,
    ...facts,
    severity,
    level: 'tumor',
    examples: { pass, fail },
    check: (needed, values, context) => broken(needed as Needed<Items>, values, context),
  };
}

/** An edit within one tumor that blocks acceptance. */
export const error = <const Items extends readonly NaaccrId[]>(spec: TumorSpec<Items>): TumorEdit =>
  tumorEdit('error', spec);

/** An edit within one tumor that asks for a second look. */
export const warning = <const Items extends readonly NaaccrId[]>(spec: TumorSpec<Items>): TumorEdit =>
  tumorEdit('warning', spec);

/** An edit on single items. */
export function field(
  spec: Facts & Pick<FieldEdit, 'items' | 'allowed' | 'required'> & { readonly test: RegExp | FieldEdit['test'] },
): FieldEdit {
  const { test, pass, fail, ...facts } = spec;
  return {
    version: 1,
    ...facts,
    severity: 'error',
    level: 'field',
    examples: { pass, fail },
    test: test instanceof RegExp ? (value) => test.test(value) : test,
  };
}

/** An edit over all tumors of a patient. */
export function interRecord(
  severity: Severity,
  spec: Facts & Reading & Pick<PatientEdit, 'needs' | 'check'>,
): PatientEdit {
  const { pass, fail, ...facts } = spec;
  return { version: 1, ...facts, severity, level: 'patient', examples: { pass, fail } };
}

/** Whether a code is in a list such as `C000-C006 C079`; a blank never is. */
export function codes(list: string): (value: string) => boolean {
  const set = new Set(expandCodes(list));
  return (value) => set.has(value);
}
