import { PATIENT_NEWS, TUMOR_NEWS } from '@perennial/follow-up';
import { STAGING_ITEMS } from '../staging/derive.js';
import { OF_ALL_FACILITIES, OF_THE_FACILITY } from './consolidated-tumor.js';

/** Why a consolidated item is nobody's to set by hand, in words that go on after "This item". */
const REASONS: readonly (readonly [items: Iterable<string>, why: string])[] = [
  [STAGING_ITEMS, 'is derived by staging: correct what it is derived from'],
  [OF_THE_FACILITY, 'is a facility’s own bookkeeping and stays on its abstract'],
  [OF_ALL_FACILITIES, 'is made of the answers of all facilities together'],
  [
    [
      'sequenceNumberCentral',
      'patientIdNumber',
      'patientSystemIdHosp',
      'registryId',
      'npiRegistryId',
      'tumorRecordNumber',
    ],
    'is a number that the registry gives and never moves',
  ],
  [['recordType', 'naaccrRecordVersion', 'registryType'], 'belongs to a record that is sent, not to a case'],
  [
    ['survDateActiveFollowup', 'survDatePresumedAlive', 'survMosActiveFollowup', 'survMosPresumedAlive'],
    'is computed when it is sent',
  ],
  [
    [...PATIENT_NEWS, ...TUMOR_NEWS, 'dateOfLastContact', 'vitalStatus'],
    'moves with follow-up: record a contact, or take one back',
  ],
];

/** Items that no person sets on a consolidated patient or tumor, each with the reason. */
export const UNDECIDABLE: ReadonlyMap<string, string> = new Map(
  REASONS.toReversed().flatMap(([items, why]) => [...items].map((item) => [item, why] as const)),
);
