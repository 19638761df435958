import { type NaaccrDay } from '@perennial/naaccr';
import { daysBetween, shiftDays } from './dates.js';
import { type Recipient } from './letters/index.js';

/** Where can be asked next about a patient who is due. */
export const STEPS = ['chart', 'physician', 'contact', 'telephone', 'hospital', 'patient', 'other'] as const;
export type Step = (typeof STEPS)[number];

/** Step that item 1800, next follow-up source, names. @source NAACCR item 1800; STORE, Follow-Up Source. */
export const STEP_OF_SOURCE: Readonly<Record<string, Step>> = {
  '0': 'chart',
  '1': 'physician',
  '2': 'contact',
  '3': 'telephone',
  '4': 'hospital',
  '5': 'other',
};

/** Codes of item 1800 that ask for nothing: foreign resident, not followed. */
const NOT_FOLLOWED = new Set(['8', '9']);

/** An attempt as far as planning asks of it. */
export interface Attempt {
  readonly channel: string;
  readonly person: string | null;
  readonly outcome: string;
  readonly contactPointId: string | null;
  readonly on: NaaccrDay;
}

/** An address or telephone that is not marked bad. */
export interface Lead {
  readonly id: string;
  readonly kind: 'telephone' | 'address';
  readonly party: 'patient' | 'contact';
}

/** Everything that the next step depends on. */
export interface StepQuestion {
  /** Attempts since the task was opened, in any order. */
  readonly attempts: readonly Attempt[];
  readonly leads: readonly Lead[];
  /** Whether a follow-up physician, or another registry, is named in a case. */
  readonly physician: boolean;
  readonly registry: boolean;
  /** Item 1800 of a case. */
  readonly nextSource: string | null;
  /** Whom nobody may ask. */
  readonly blocked: readonly Recipient[];
}

/** What to do next, from when, and how often it was tried before. */
export interface PlannedStep {
  readonly step: Step;
  readonly on: NaaccrDay;
  /** The telephone or address to use. */
  readonly leadId: string | null;
  readonly tried: number;
}

interface StepRule {
  readonly step: Step;
  /** How often a source, or each number of it, is asked before it counts as spent, and days between two tries. */
  readonly tries: number;
  readonly waitDays: number;
  /** Attempts that asked this source. */
  readonly asked: (attempt: Attempt, leads: readonly Lead[]) => boolean;
  /** Whether the record names somebody to ask; the source that item 1800 names is asked all the same. */
  readonly known: (question: StepQuestion) => boolean;
  /** Whether whoever it is may be asked. */
  readonly may: (question: StepQuestion) => boolean;
  /** Leads that the step goes through; each is tried by itself. Absent: it needs none. */
  readonly through?: (lead: Lead) => boolean;
}

/** A person who refused to speak is not called or written to again; what others know may still be asked. */
const refused = ({ attempts }: StepQuestion): boolean =>
  attempts.some(
    ({ outcome, channel, person }) =>
      outcome === 'refused' && (person === 'patient' || (person === null && channel === 'telephone')),
  );

const byLetter = (person: string) => (attempt: Attempt) => attempt.channel === 'letter' && attempt.person === person;
const usedLead =
  (kind: Lead['kind'], party: Lead['party']) =>
  ({ contactPointId }: Attempt, leads: readonly Lead[]): boolean =>
    leads.some((lead) => lead.id === contactPointId && lead.kind === kind && lead.party === party);

/**
 * Sources in the order of their cost: what can be looked up, what a physician knows, then the telephone, relatives, other hospitals, and a
 * letter to the patient last. How often and how far apart is practice, not a standard.
 *
 * @source Order of item 1800 (chart, physician, contact, telephone, other hospital) with calls before letters.
 */
const CASCADE: readonly StepRule[] = [
  {
    step: 'chart',
    tries: 1,
    waitDays: 30,
    asked: ({ channel }) => channel === 'chart',
    known: () => true,
    may: () => true,
  },
  {
    step: 'physician',
    tries: 1,
    waitDays: 30,
    asked: (attempt) => attempt.channel === 'physician' || byLetter('physician')(attempt),
    known: ({ physician }) => physician,
    may: ({ blocked }) => !blocked.includes('physician'),
  },
  {
    step: 'telephone',
    tries: 3,
    waitDays: 3,
    asked: (attempt, leads) => attempt.channel === 'telephone' && !usedLead('telephone', 'contact')(attempt, leads),
    known: () => true,
    may: (question) => !question.blocked.includes('patient') && !refused(question),
    through: ({ kind, party }) => kind === 'telephone' && party === 'patient',
  },
  {
    step: 'contact',
    tries: 2,
    waitDays: 7,
    asked: (attempt, leads) =>
      attempt.channel === 'contact' ||
      byLetter('relative')(attempt) ||
      (attempt.channel === 'telephone' && usedLead('telephone', 'contact')(attempt, leads)),
    known: () => true,
    may: ({ blocked }) => !blocked.includes('contact'),
    through: ({ party }) => party === 'contact',
  },
  {
    step: 'hospital',
    tries: 1,
    waitDays: 30,
    asked: ({ channel }) => channel === 'hospital' || channel === 'registry',
    known: ({ registry }) => registry,
    may: ({ blocked }) => !blocked.includes('registry'),
  },
  {
    step: 'patient',
    tries: 2,
    waitDays: 45,
    asked: byLetter('patient'),
    known: () => true,
    may: (question) => !question.blocked.includes('patient') && !refused(question),
    through: ({ kind, party }) => kind === 'address' && party === 'patient',
  },
  {
    // What it is stands in the case; it is asked only where item 1800 names it.
    step: 'other',
    tries: 1,
    waitDays: 30,
    asked: ({ channel }) => channel === 'other' || channel === 'linkage',
    known: () => false,
    may: () => true,
  },
];

/**
 * What to do next about a patient: the source that item 1800 names first, else the cheapest one that was not asked; when all were asked, the
 * one that may be asked again soonest.
 *
 * @param today `YYYYMMDD`.
 * @returns null when item 1800 asks for nothing, or no lead is left: an address, a number or a physician has to be found first.
 */
export function planNextStep(question: StepQuestion, today: NaaccrDay): PlannedStep | null {
  if (NOT_FOLLOWED.has(question.nextSource ?? '')) return null;
  const preferred = STEP_OF_SOURCE[question.nextSource ?? ''];
  const plans = CASCADE.flatMap((rule): readonly (PlannedStep & { readonly rank: number })[] => {
    const named = rule.step === preferred;
    if (!rule.may(question) || !(named || rule.known(question))) return [];
    const asked = question.attempts.filter((attempt) => rule.asked(attempt, question.leads));
    const found = rule.through === undefined ? [null] : question.leads.filter(rule.through);
    const leads = found.length === 0 && named ? [null] : found;
    return leads.flatMap((lead) => {
      // An attempt that does not say which number it used counts for the first.
      const own = asked.filter(
        ({ contactPointId }) =>
          lead === null || contactPointId === lead.id || (contactPointId === null && lead === leads[0]),
      );
      if (own.length >= rule.tries) return [];
      const last = own.reduce((latest, { on }) => (on > latest ? on : latest), '');
      const again = last === '' ? today : shiftDays(last, rule.waitDays);
      const rank = named && own.length === 0 ? -1 : CASCADE.indexOf(rule);
      return [
        { step: rule.step, on: again > today ? again : today, leadId: lead?.id ?? null, tried: own.length, rank },
      ];
    });
  });
  const [best] = plans.sort((a, b) => daysBetween(b.on, a.on) || a.rank - b.rank);
  if (best === undefined) return null;
  const { rank: _, ...plan } = best;
  return plan;
}
