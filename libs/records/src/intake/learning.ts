import { type CodedReport } from '@perennial/coding';
import { type ItemValues } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { type ItemPatch } from '../lineage.js';
import { type CodedField, itemOf } from './draft.js';

/** Items that the coder fills, and the field of its proposal that each comes from. */
const FIELD_OF: Readonly<Record<string, CodedField>> = {
  primarySite: 'primarySite',
  histologicTypeIcdO3: 'histology',
  behaviorCodeIcdO3: 'behavior',
  laterality: 'laterality',
  gradeClinical: 'grade',
  gradePathological: 'grade',
  gradePostTherapy: 'grade',
};

/** Longest words that are kept as a term. */
const TERM_LENGTH = 80;

interface SuggestionRow {
  readonly id: string;
  readonly coder: string;
  readonly proposal: CodedReport;
  readonly body: string;
}

/** Words that spans point at, in small letters, each once; the offsets are UTF-16 units. */
function termsAt(body: string, spans: readonly { readonly start: number; readonly end: number }[]): string[] {
  const words = spans.map(({ start, end }) => body.slice(start, end).toLowerCase().replace(/\s+/g, ' ').trim());
  return [...new Set(words.filter((word) => word !== '' && word.length <= TERM_LENGTH))];
}

/**
 * Keep what a person made of the proposed codes: for each coded item that they set to something else than proposed, what was proposed,
 * why and with which words, and what they chose. Setting an item back to what was proposed is kept too, where it had been changed.
 *
 * @param before items before the save; @param patch what the person set.
 */
export async function recordCodeChanges(
  tx: EntityManager,
  abstract: { readonly id: string; readonly facilityId: string },
  before: ItemValues,
  patch: ItemPatch,
  actor: string,
): Promise<void> {
  const current = before as Readonly<Record<string, string | undefined>>;
  const changed = Object.entries(patch).filter(
    ([item, value]) => FIELD_OF[item] !== undefined && (current[item] ?? null) !== value,
  );
  if (changed.length === 0) return;
  const suggestions = await tx.query<SuggestionRow[]>(
    `SELECT s.id, s.coder, s.proposal, v.body FROM code_suggestion s JOIN report_version v ON v.id = s.report_version_id
      WHERE s.abstract_id = $1 ORDER BY v.received_at DESC, s.primary_index`,
    [abstract.id],
  );
  const [newest] = suggestions;
  if (newest === undefined) return;
  const earlier = await tx.query<{ item: string }[]>(
    `SELECT DISTINCT item FROM code_change WHERE abstract_id = $1 AND item = ANY($2::text[])`,
    [abstract.id, changed.map(([item]) => item)],
  );
  const changedBefore = new Set(earlier.map(({ item }) => item));
  const rows = changed.flatMap(([item, chosen]) => {
    const field = FIELD_OF[item];
    if (field === undefined) return [];
    // The newest report that proposed a value for the item; where none did, the newest one left it open.
    const from =
      suggestions.find(({ proposal }) => proposal[field] !== null && itemOf(field, proposal) === item) ?? newest;
    const proposed = itemOf(field, from.proposal) === item ? from.proposal[field] : null;
    if (proposed === chosen && !changedBefore.has(item)) return [];
    const spans =
      proposed === null ? [] : (from.proposal.evidence[field] ?? []).map(({ start, end }) => ({ start, end }));
    return [
      {
        suggestion: from.id,
        item,
        proposed,
        chosen,
        confidence: proposed === null ? null : (from.proposal.confidence[field] ?? null),
        rule: proposed === null ? null : (from.proposal.rules[field] ?? null),
        terms: termsAt(from.body, spans),
        spans,
        coder: from.coder,
      },
    ];
  });
  if (rows.length === 0) return;
  await tx.query(
    `INSERT INTO code_change (code_suggestion_id, abstract_id, facility_id, item, proposed, chosen, confidence, rule, terms, spans, coder, actor)
     SELECT suggestion, $2, $3, item, proposed, chosen, confidence, rule, terms, spans, coder, $4
       FROM json_to_recordset($1::json) AS w (suggestion uuid, item text, proposed text, chosen text, confidence float, rule text, terms text[], spans jsonb, coder text)`,
    [JSON.stringify(rows), abstract.id, abstract.facilityId, actor],
  );
}

/** One term and what people made of the code that it led to. */
export interface LearnedRow {
  readonly item: string;
  /** The words of the report; empty where the coder had left the item open. */
  readonly term: string;
  readonly proposed: string | null;
  readonly chosen: string | null;
  /** Abstracts in which it was changed so. */
  readonly abstracts: number;
  readonly facilities: number;
  /** Mean confidence of the proposals that were changed. */
  readonly confidence: number | null;
  /** All proposals of this code for this item in the same time: 3 changed of 3 is another matter than 3 of 3,000. */
  readonly proposals: number;
  readonly rule: string | null;
  readonly last: string;
}

/** Which changes are looked at. */
export interface LearnFilter {
  /** `YYYY-MM-DD` */
  readonly since?: string | undefined;
  readonly facilityId?: string | undefined;
  readonly item?: string | undefined;
  /** Fewest abstracts for a row. */
  readonly least?: number | undefined;
}

/**
 * The terms behind people's changes of proposed codes, the most frequent first. Of an item that was changed several times its last value
 * counts; one that came back to what was proposed does not. Words of reports, no identifiers.
 */
export async function learnReport(tx: EntityManager, filter: LearnFilter = {}): Promise<LearnedRow[]> {
  return tx.query<LearnedRow[]>(
    `WITH last_change AS (
       SELECT DISTINCT ON (abstract_id, item) * FROM code_change
        WHERE changed_at >= coalesce($1::date, '-infinity') AND ($2::uuid IS NULL OR facility_id = $2) AND ($3::text IS NULL OR item = $3)
        ORDER BY abstract_id, item, changed_at DESC, id),
     by_term AS (
       SELECT c.*, term FROM last_change c CROSS JOIN LATERAL unnest(CASE WHEN cardinality(c.terms) = 0 THEN ARRAY[''] ELSE c.terms END) AS term
        WHERE c.proposed IS DISTINCT FROM c.chosen),
     proposed_codes AS (
       SELECT f.item, s.proposal->>f.field AS code, count(*)::int AS proposals
         FROM code_suggestion s CROSS JOIN (VALUES ${Object.entries(FIELD_OF)
           .map(([item, field]) => `('${item}', '${field}')`)
           .join(', ')}) AS f (item, field)
        WHERE s.created_at >= coalesce($1::date, '-infinity') AND ($2::uuid IS NULL OR s.facility_id = $2)
          AND (f.field <> 'grade' OR coalesce(s.proposal->>'gradeItem', 'gradePathological') = f.item)
        GROUP BY 1, 2)
     SELECT b.item, b.term, b.proposed, b.chosen, count(DISTINCT b.abstract_id)::int AS abstracts, count(DISTINCT b.facility_id)::int AS facilities,
            round(avg(b.confidence)::numeric, 2)::float AS confidence, coalesce(max(p.proposals), 0) AS proposals,
            mode() WITHIN GROUP (ORDER BY b.rule) AS rule, to_char(max(b.changed_at), 'YYYY-MM-DD') AS last
       FROM by_term b LEFT JOIN proposed_codes p ON p.item = b.item AND p.code IS NOT DISTINCT FROM b.proposed
      GROUP BY b.item, b.term, b.proposed, b.chosen HAVING count(DISTINCT b.abstract_id) >= $4
      ORDER BY abstracts DESC, b.item, b.term, b.proposed, b.chosen`,
    [filter.since ?? null, filter.facilityId ?? null, filter.item ?? null, filter.least ?? 1],
  );
}
