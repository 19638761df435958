import { type Edit } from '../types.js';
import { codes, error, warning } from './define.js';
import { ANALYTIC } from './groups.js';

const FIRST_OR_ONLY = codes('00 01 60 61');
const LATER = codes('02-59 62-87');
const SEEN_ALIVE_HERE = codes('00 10-14 40');

/** Identification. @source reference catalog. */
export const IDENTIFICATION: readonly Edit[] = [
  error({
    id: 'ID01',
    name: 'Accession Number, Class of Case, Seq Number (CoC)',
    basis: 'P',
    needs: ['accessionNumberHosp', 'sequenceNumberHospital', 'classOfCase', 'dateOf1stContact'],
    also: ['dateOfLastContact'],
    override: { item: 'overRideAcsnClassSeq', values: ['1'] },
    logic:
      'First or only case (sequence 00, 01, 60, 61) of class 00, 10-14 or 40: the accession number begins with the year of first contact. The same of class 38: it begins with the year of first contact, which is the year of last contact. Class 38 with a later sequence (02-59, 62-87): first and last contact in one year. A blank last contact is not compared.',
    message: 'Accession number year is wrong.',
    broken: ([accession, sequence, classOfCase], values) => {
      const number = accession.slice(0, 4);
      const contact = String(values.date('dateOf1stContact')?.year);
      const last = values.date('dateOfLastContact')?.year;
      const sameYear = last === undefined || String(last) === contact;
      if (classOfCase === '38')
        return FIRST_OR_ONLY(sequence) ? number !== contact || !sameYear : LATER(sequence) && !sameYear;
      return FIRST_OR_ONLY(sequence) && SEEN_ALIVE_HERE(classOfCase) && number !== contact;
    },
    pass: [
      'acc=202400123 seqh=00 coc=14 d1ct=20240110',
      'acc=202300123 seqh=02 coc=14 d1ct=20240110',
      'acc=202300123 seqh=00 coc=20 d1ct=20240110',
      'acc=202400123 seqh=00 coc=38 d1ct=20240110 dlc=20240201',
      'acc=202400123 seqh=00 coc=38 d1ct=20240110',
      'acc=202300123 seqh=02 coc=38 d1ct=20240110 dlc=20240201',
      'acc=202300123 seqh=02 coc=38 d1ct=20240110',
      'acc=202400123 seqh=00 coc=14 d1ct=20240110 dlc=20250201',
      'acc=202300123 seqh=99 coc=38 d1ct=20240110 dlc=20250201',
      'acc=202300123 seqh=00 coc=14 d1ct=20240110 overRideAcsnClassSeq=1',
    ],
    fail: [
      'acc=202300123 seqh=00 coc=14 d1ct=20240110',
      'acc=202300123 seqh=60 coc=40 d1ct=20240110',
      'acc=202300123 seqh=61 coc=00 d1ct=20240110',
      'acc=202300123 seqh=00 coc=38 d1ct=20240110 dlc=20240201',
      'acc=202400123 seqh=00 coc=38 d1ct=20240110 dlc=20250201',
      'acc=202300123 seqh=02 coc=38 d1ct=20240110 dlc=20250201',
      'acc=202300123 seqh=62 coc=38 d1ct=20240110 dlc=20250201',
    ],
  }),
  warning({
    id: 'ID02',
    name: 'Text required',
    basis: 'D',
    needs: ['diagnosticConfirmation', 'classOfCase'],
    presence: ['textDxProcPath'],
    logic: 'An analytic case (class 00, 10-14, 20-22) with confirmation 1-4 has pathology text.',
    message: 'Pathology text is missing.',
    broken: ([confirmation, classOfCase], values) =>
      ANALYTIC(classOfCase) && confirmation <= '4' && values.get('textDxProcPath') === '',
    pass: ['conf=1 coc=14 txtpath=PATH', 'conf=5 coc=14', 'conf=1 coc=38'],
    fail: ['conf=1 coc=14 txtpath=', 'conf=4 coc=00', 'conf=1 coc=22'],
  }),
];
