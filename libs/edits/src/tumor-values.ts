import { type ItemValues, type NaaccrId, type PartialDate } from '@perennial/naaccr';
import { type DateReader } from './dates.js';
import { type Plan } from './plan.js';
import { type EditContext, type FieldEdit } from './types.js';
import { type EditValues } from './values.js';

/** What a run judges with. */
export interface RunContext extends EditContext {
  readonly readDate: DateReader;
}

/** One tumor with its patient's values in the places of a plan, each judged once. */
export class TumorValues implements EditValues {
  /** As they came; blank = the empty text. */
  readonly raw: string[];
  /** Valid values; a blank or an invalid one = the empty text. */
  readonly text: string[];
  readonly dates = new Map<number, PartialDate>();
  diagnosisYear = Number.NaN;

  constructor(
    private readonly plan: Plan,
    private readonly context: RunContext,
    readonly index: number,
    patient: ItemValues,
    tumor: ItemValues,
  ) {
    this.raw = plan.blank.slice();
    this.text = plan.blank.slice();
    this.take(patient);
    this.take(tumor);
    for (let at = 0; at < this.raw.length; at += 1) if (this.raw[at] !== '') this.judge(at);
  }

  private take(items: ItemValues): void {
    const source = items as Readonly<Record<string, unknown>>;
    for (const id in source) {
      const at = this.plan.slotOf.get(id);
      if (at === undefined) continue;
      const value = source[id];
      if (typeof value === 'string') this.raw[at] = value;
    }
  }

  private judge(at: number): void {
    const { plan, context } = this;
    const value = this.raw[at] ?? '';
    let valid = value !== '';
    if (valid) {
      for (const edit of plan.judges[at] ?? []) {
        const item = plan.items[at];
        if (item !== undefined && !holds(edit, value, context, item)) valid = false;
      }
    }
    if (plan.isDate[at] === true) {
      const date = valid ? context.readDate(value) : null;
      valid = date !== null;
      if (date === null) this.dates.delete(at);
      else this.dates.set(at, date);
      if (at === plan.diagnosis) this.diagnosisYear = date?.year ?? Number.NaN;
    }
    this.text[at] = valid ? value : '';
  }

  /** Other values of patient and tumor. @returns places whose value changed. */
  change(patient: ItemValues, tumor: ItemValues): number[] {
    const before = this.raw.slice();
    this.raw.fill('');
    this.take(patient);
    this.take(tumor);
    const changed: number[] = [];
    for (let at = 0; at < before.length; at += 1) {
      if (before[at] === this.raw[at]) continue;
      changed.push(at);
      this.judge(at);
    }
    return changed;
  }

  get(item: NaaccrId): string {
    const at = this.plan.slotOf.get(item);
    return at === undefined ? '' : (this.text[at] ?? '');
  }

  date(item: NaaccrId): PartialDate | undefined {
    const at = this.plan.slotOf.get(item);
    return at === undefined ? undefined : this.dates.get(at);
  }

  filled(items: readonly NaaccrId[]): readonly NaaccrId[] {
    let slots = this.plan.lists.get(items);
    if (slots === undefined) {
      slots = items.map((item) => this.plan.slotOf.get(item) ?? -1);
      this.plan.lists.set(items, slots);
    }
    const filled: NaaccrId[] = [];
    for (const at of slots) {
      const item = this.plan.items[at];
      if (item !== undefined && this.text[at] !== '') filled.push(item);
    }
    return filled;
  }

  /** Values of items as they came, blank ones left out. */
  shown(items: readonly NaaccrId[]): ItemValues {
    const values: Record<string, string> = {};
    for (const item of items) {
      const at = this.plan.slotOf.get(item);
      const value = at === undefined ? '' : (this.raw[at] ?? '');
      if (value !== '') values[item] = value;
    }
    return values;
  }
}

/** A single-field edit that breaks judges nothing; its own run reports it. */
function holds(edit: FieldEdit, value: string, context: EditContext, item: NaaccrId): boolean {
  try {
    return edit.test(value, context, item);
  } catch {
    return true;
  }
}
