import { type NaaccrId } from '@perennial/naaccr';
import { type Edit, type EditValues } from '../types.js';

const between = (value: string, from: string, to: string): boolean => value >= from && value <= to;
const CNS = (site: string): boolean => between(site, 'C700', 'C729') || between(site, 'C751', 'C753');
const diagnosisYear = (values: EditValues): number | undefined => {
  const value = values.get('dateOfDiagnosis');
  return value === undefined ? undefined : Number(value.slice(0, 4));
};

interface Rule extends Pick<Edit, 'id' | 'name' | 'basis' | 'severity' | 'message'> {
  readonly needs: readonly NaaccrId[];
  readonly also?: readonly NaaccrId[];
  /** True when the record breaks the rule. `v` gives the values of the needed items, which are all present. */
  readonly broken: (v: (item: NaaccrId) => string, values: EditValues) => boolean;
}

const edit = ({ broken, ...rule }: Rule): Edit => ({
  ...rule,
  version: 1,
  level: 'tumor',
  check: (values) => (broken((item) => values.get(item) ?? '', values) ? [{}] : []),
});

/** @source reference edits SX, MO, VS and ST of the same ids, in this project's own words. */
export const INTER_FIELD: readonly Edit[] = [
  edit({
    id: 'SX01',
    name: 'Sex, Primary Site (SEER IF17)',
    basis: 'P',
    severity: 'error',
    needs: ['primarySite', 'sexAssignedAtBirth'],
    message: 'Site and sex conflict.',
    broken: (v) =>
      (v('sexAssignedAtBirth') === '1' && between(v('primarySite'), 'C510', 'C589')) ||
      (v('sexAssignedAtBirth') === '2' && between(v('primarySite'), 'C600', 'C639')),
  }),
  edit({
    id: 'MO05',
    name: 'Behavior 0/1 only for CNS',
    basis: 'D',
    severity: 'error',
    needs: ['primarySite', 'behaviorCodeIcdO3', 'dateOfDiagnosis'],
    message: 'Benign tumor outside reportable sites.',
    broken: (v, values) =>
      /^[01]$/.test(v('behaviorCodeIcdO3')) && !(CNS(v('primarySite')) && (diagnosisYear(values) ?? 0) >= 2004),
  }),
  edit({
    id: 'MO06',
    name: 'Non-reportable skin',
    basis: 'P',
    severity: 'error',
    needs: ['primarySite', 'histologicTypeIcdO3'],
    message: 'Basal and squamous skin cancers are not reportable.',
    broken: (v) => {
      const histology = v('histologicTypeIcdO3');
      return (
        between(v('primarySite'), 'C440', 'C449') &&
        [
          ['8000', '8005'],
          ['8010', '8046'],
          ['8050', '8084'],
          ['8090', '8110'],
        ].some(([from = '', to = '']) => between(histology, from, to))
      );
    },
  }),
  edit({
    id: 'MO07',
    name: 'Cervix in situ',
    basis: 'P',
    severity: 'error',
    needs: ['primarySite', 'histologicTypeIcdO3', 'behaviorCodeIcdO3', 'dateOfDiagnosis'],
    message: 'Cervical in situ is not reportable.',
    broken: (v, values) =>
      between(v('primarySite'), 'C530', 'C539') &&
      v('behaviorCodeIcdO3') === '2' &&
      v('histologicTypeIcdO3') < '9590' &&
      (diagnosisYear(values) ?? 0) >= 1996,
  }),
  edit({
    id: 'MO08',
    name: 'Prostate PIN III',
    basis: 'P',
    severity: 'error',
    needs: ['primarySite', 'histologicTypeIcdO3', 'behaviorCodeIcdO3'],
    message: 'PIN III is not reportable.',
    broken: (v) => v('primarySite') === 'C619' && v('histologicTypeIcdO3') === '8148' && v('behaviorCodeIcdO3') === '2',
  }),
  edit({
    id: 'VS01',
    name: 'Vital Status, Cause of Death',
    basis: 'P',
    severity: 'error',
    needs: ['vitalStatus', 'causeOfDeath'],
    message: 'Vital status and cause of death conflict.',
    broken: (v) => (v('vitalStatus') === '1') !== (v('causeOfDeath') === '0000'),
  }),
  edit({
    id: 'VS02',
    name: 'Vital Status, ICD Revision',
    basis: 'D',
    severity: 'error',
    needs: ['vitalStatus', 'causeOfDeath', 'icdRevisionNumber'],
    message: 'Vital status and ICD revision conflict.',
    broken: (v) =>
      v('vitalStatus') === '1'
        ? v('icdRevisionNumber') !== '0'
        : v('icdRevisionNumber') === '0' && !/^77[79]7$/.test(v('causeOfDeath')),
  }),
  edit({
    id: 'VS06',
    name: 'Place of death, Vital Status',
    basis: 'P',
    severity: 'error',
    needs: ['vitalStatus'],
    also: ['placeOfDeathState', 'placeOfDeathCountry'],
    message: 'Place of death conflicts with vital status.',
    broken: (v, values) =>
      v('vitalStatus') === '1' &&
      (values.get('placeOfDeathState') !== undefined || values.get('placeOfDeathCountry') !== undefined),
  }),
  edit({
    id: 'ST01',
    name: 'Behavior ICDO3, Summary Stage 2018',
    basis: 'D',
    severity: 'error',
    needs: ['dateOfDiagnosis', 'behaviorCodeIcdO3', 'summaryStage2018'],
    message: 'Behavior and summary stage conflict.',
    broken: (v, values) =>
      (diagnosisYear(values) ?? 0) >= 2018 &&
      ((v('behaviorCodeIcdO3') === '2') !== (v('summaryStage2018') === '0') ||
        /^[01]$/.test(v('behaviorCodeIcdO3')) !== (v('summaryStage2018') === '8')),
  }),
];
