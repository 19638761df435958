import { type EditSetId } from '@perennial/edits';
import { type ItemId, type NaaccrId } from '@perennial/naaccr';

/** What a submission holds and how it is made. Profiles are data: a new call is a new row here. */
export interface SubmissionProfile {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  /** `abstract`: a facility's new and changed abstracts; `tumor`: one record for each consolidated tumor. */
  readonly of: 'abstract' | 'tumor';
  /** Record type of the file; changed abstracts go into a file of their own of type M. */
  readonly recordType: 'A' | 'I';
  /** Behaviors that are asked for; of the others only non-malignant tumors of the central nervous system. */
  readonly behaviors: readonly string[];
  /** Items that never leave in this profile although its record type could carry them. */
  readonly withheld: readonly ItemId[];
  /** Whether items of the registry's own dictionaries go with it: only to who knows these. */
  readonly userItems: boolean;
  /** Largest share of records that may be held back by edits before the whole submission waits. */
  readonly maxHeldShare: number;
  /** Set of edits that each record must pass. */
  readonly editSet: EditSetId;
}

/** Survival items are computed for each call, never copied from an abstract. */
const COMPUTED: readonly NaaccrId[] = [
  'survDateActiveFollowup',
  'survDatePresumedAlive',
  'survMosActiveFollowup',
  'survMosPresumedAlive',
];

export const PROFILES: readonly SubmissionProfile[] = [
  {
    id: 'state-new',
    version: '1',
    title: 'Hospital to state: new and changed abstracts',
    of: 'abstract',
    recordType: 'A',
    behaviors: ['0', '1', '2', '3'],
    withheld: COMPUTED,
    userItems: true,
    maxHeldShare: 1,
    editSet: 'state',
  },
  {
    id: 'national-incidence',
    version: '1',
    title: 'National incidence file: one record for each tumor',
    of: 'tumor',
    recordType: 'I',
    behaviors: ['2', '3'],
    withheld: COMPUTED,
    userItems: false,
    maxHeldShare: 0.03,
    editSet: 'naaccr-call',
  },
];

export const findProfile = (id: string): SubmissionProfile | undefined => PROFILES.find((profile) => profile.id === id);
