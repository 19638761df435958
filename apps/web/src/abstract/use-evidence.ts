import { useMemo } from 'react';
import { type ReportText } from '../reports/report.js';
import { type AbstractDetail } from './context.js';
import { type Mark } from './marks.js';

/** Items by the fields of the coder. */
const ITEMS: Readonly<Record<string, string>> = {
  primarySite: 'primarySite',
  histology: 'histologicTypeIcdO3',
  behavior: 'behaviorCodeIcdO3',
  laterality: 'laterality',
};

const itemOf = (field: string, gradeItem: string | undefined): string | undefined =>
  field === 'grade' ? (gradeItem ?? 'gradePathological') : ITEMS[field];

/** The words of one version of a report that the values of a case rest on. */
export type Marker = (text: ReportText) => readonly Mark[];

/**
 * Words behind values: those that the lineage of a value names, and those that the coder named for the same value in another version of the
 * report (an amended text says again what the first one said).
 */
export function useEvidence(detail: AbstractDetail): Marker {
  return useMemo(() => {
    const items = detail.items as Readonly<Record<string, string>>;
    return (text) => {
      const marks: Mark[] = [];
      const known = new Set<string>();
      for (const [item, { reportVersionId, spans }] of Object.entries(detail.standings)) {
        if (reportVersionId !== text.id) continue;
        known.add(item);
        for (const { start, end } of spans ?? []) marks.push({ start, end, item });
      }
      for (const { abstractId, proposal } of text.proposals) {
        if (abstractId !== null && abstractId !== detail.id) continue;
        for (const [field, spans] of Object.entries(proposal.evidence)) {
          const item = itemOf(field, proposal.gradeItem);
          const value = (proposal as unknown as Readonly<Record<string, unknown>>)[field];
          if (item === undefined || known.has(item) || value !== items[item]) continue;
          for (const { start, end } of spans) marks.push({ start, end, item });
        }
      }
      return marks;
    };
  }, [detail]);
}
