import { type EntityManager } from 'typeorm';
import { type ItemOrigin, type Origin } from '../lineage.js';

/** Where the present value of an item comes from, and whether a person stands behind it. */
export interface Standing {
  readonly by: 'person' | 'machine';
  readonly at: string;
  readonly revision: number;
  /** The words of a report that justify it, or the rule that gave it. */
  readonly reportVersionId?: string;
  readonly spans?: readonly { readonly start: number; readonly end: number }[];
  readonly rule?: string;
  /** 0 to 1, as the coder gave it; only for its own proposals. */
  readonly confidence?: number;
  /** What the machine had proposed before a person chose this value. */
  readonly proposed?: string;
}

/** Fields of the coder by the items that they fill. */
const CODED: Readonly<Record<string, string>> = {
  primarySite: 'primarySite',
  histologicTypeIcdO3: 'histology',
  behaviorCodeIcdO3: 'behavior',
  laterality: 'laterality',
  gradeClinical: 'grade',
  gradePathological: 'grade',
  gradePostTherapy: 'grade',
};

interface Row {
  readonly item: string;
  readonly at: Date;
  readonly revision: number;
  readonly origin: Origin;
  readonly own: ItemOrigin | null;
}

/**
 * For each item of an abstract with a known origin, where its newest value comes from. Items that a creation took over without an origin of
 * their own are left out.
 */
export async function standingsOf(tx: EntityManager, abstractId: string): Promise<Readonly<Record<string, Standing>>> {
  const rows = await tx.query<Row[]>(
    `SELECT DISTINCT ON (c.key) c.key AS item, r.at, r.revision, r.origin, c.value->2 AS own
       FROM revision r, jsonb_each(r.changes) c
      WHERE r.entity = 'abstract' AND r.entity_id = $1 AND left(c.key, 1) <> '@' ORDER BY c.key, r.revision DESC`,
    [abstractId],
  );
  const proposals = await tx.query<
    { version: string; confidence: Record<string, number>; proposal: Record<string, unknown> }[]
  >(
    `SELECT report_version_id AS version, proposal->'confidence' AS confidence, proposal FROM code_suggestion WHERE abstract_id = $1 ORDER BY created_at DESC`,
    [abstractId],
  );
  return Object.fromEntries(
    rows.map(({ item, at, revision, origin, own }) => {
      const field = CODED[item];
      const words = own !== null && 'spans' in own ? own : null;
      const from = proposals.find(({ version }) => version === words?.reportVersionId);
      const by = origin.kind === 'person' ? 'person' : 'machine';
      const confidence = field === undefined || by === 'person' ? undefined : from?.confidence[field];
      const proposed = field === undefined || by === 'machine' ? undefined : proposals[0]?.proposal[field];
      const standing: Standing = {
        by,
        at: at.toISOString(),
        revision,
        ...(words === null ? {} : { reportVersionId: words.reportVersionId, spans: words.spans }),
        ...(own?.rule === undefined ? {} : { rule: own.rule }),
        ...(confidence === undefined ? {} : { confidence }),
        ...(typeof proposed === 'string' ? { proposed } : {}),
      };
      return [item, standing];
    }),
  );
}
