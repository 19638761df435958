import { type Candidate, isRealMrn, isRealSsn, judgeCandidates, personKeys } from './identity.js';

const stored = (patch: Partial<Candidate> = {}): Candidate => ({
  id: 'a',
  ssn: null,
  birth: '19500101',
  last: 'Moss',
  first: 'Ferna',
  sex: '2',
  by_mrn: false,
  ...patch,
});
const BORN = { nameLast: 'Fern', nameFirst: 'Ada', dateOfBirth: '19500101' };

describe('numbers that identify a person', () => {
  it.each(['123456789', '999999999', '000121234', '078000000', '12345678', undefined])('%s is no real SSN', (ssn) => {
    expect(isRealSsn(ssn)).toBe(false);
  });
  it('an ordinary one is', () => {
    expect(isRealSsn('517843321')).toBe(true);
  });
  // NAACCR item 2300: UNK, RT and SU stand where there is no number.
  it.each(['UNK', 'unk', 'RT', 'SU', '000000', '99999999', 'NONE', '', undefined])(
    '%s is no real record number',
    (mrn) => {
      expect(isRealMrn(mrn)).toBe(false);
      expect(personKeys('f', { ...BORN, ...(mrn === undefined ? {} : { medicalRecordNumber: mrn }) })).toEqual([
        'name:fern,ada:19500101',
      ]);
    },
  );
  it.each(['77', 'RT1234', '0', 'M1', '999'])('%s is judged as sent', (mrn) => {
    expect(isRealMrn(mrn)).toBe(mrn !== '0');
  });
});

describe('a person', () => {
  it('is one by record number and birth date', () => {
    expect(judgeCandidates([stored({ by_mrn: true })], BORN)).toEqual({
      kind: 'match',
      patientId: 'a',
      rule: 'mrn+birth',
    });
  });
  it('is not by record number alone', () => {
    expect(judgeCandidates([stored({ by_mrn: true, birth: '19500102' })], BORN)).toEqual({ kind: 'new' });
  });
  it('is compared by a person on equal name, birth date and sex', () => {
    expect(judgeCandidates([stored()], { nameLast: 'MOSS', nameFirst: 'ferna', dateOfBirth: '19500101' })).toEqual({
      kind: 'review',
      candidates: ['a'],
      why: 'name+birth+sex',
    });
  });
  it('is compared by a person where the SSN contradicts the record number', () => {
    expect(
      judgeCandidates([stored({ by_mrn: true, ssn: '517843321' })], { ...BORN, socialSecurityNumber: '517843322' }),
    ).toEqual({ kind: 'review', candidates: ['a'], why: 'ssn-contradicted' });
  });
});
