import { Inject, Injectable } from '@nestjs/common';
import { type Principal, type Scoped, withRegistryScope } from '@perennial/persistence';
import { type PairVerdict, relateTumors, type TumorItems } from '@perennial/primaries';
import { notFound } from '@perennial/problem';
import {
  COMPARED_COLUMNS,
  type ComparedAbstract,
  type DecidedPrimary,
  type DecisionEffect,
  decidePrimary,
  effectOfDecisions,
  type PrimaryDecisionValue,
  type RegistryTables,
  verdictOf,
} from '@perennial/records';
import { type EntityManager } from 'typeorm';
import { type Page, readCursor, stampOf, toPage } from '../platform/paging.js';
import { Clock, SCOPED, TABLES } from '../platform/tokens.js';
import { type DecidePrimaryDto, type ListComparisonsDto } from './dto.js';

export interface ComparisonSummary {
  readonly id: string;
  readonly patientId: string;
  readonly abstractId: string;
  readonly otherAbstractId: string;
  /** Primary sites of the two, as they are now. */
  readonly sites: readonly (string | null)[];
  readonly result: PairVerdict['result'];
  readonly group: string | null;
  readonly step: string | null;
  readonly reason: string;
  readonly unknown: readonly string[];
  readonly rulesVersion: string;
  readonly wanted: boolean;
  readonly decision: PrimaryDecisionValue | null;
  readonly createdAt: string;
}

export interface PastDecision {
  readonly decision: PrimaryDecisionValue | null;
  readonly result: string;
  readonly group: string | null;
  readonly step: string | null;
  readonly rulesVersion: string;
  readonly abstractRevision: number;
  readonly otherRevision: number;
  readonly note: string | null;
  readonly actor: string;
  /** Of a person or device that is known. */
  readonly actorName: string | null;
  readonly decidedAt: string;
}

export interface ComparisonDetail extends ComparisonSummary {
  /** What the rules say of the items as they are now. */
  readonly verdict: PairVerdict;
  readonly abstracts: readonly { readonly id: string; readonly revision: number; readonly items: TumorItems }[];
  /** Newest first. */
  readonly decisions: readonly PastDecision[];
  /** What each decision would do to consolidated tumors; `null` where other facilities reported them too and the reader does not see these. */
  readonly effects: {
    readonly same: DecisionEffect;
    readonly separate: DecisionEffect;
    readonly open: DecisionEffect;
  } | null;
}

/** The primaries of a patient as the rules see the abstracts that the principal may see. */
export interface PatientPrimariesView {
  readonly primaries: readonly {
    readonly abstractIds: readonly string[];
    readonly sequenceNumber: string;
    readonly settled: boolean;
  }[];
  readonly review: readonly {
    readonly abstractIds: readonly [string, string];
    readonly why: string;
    readonly verdict: PairVerdict;
  }[];
  readonly rulesVersion: string;
}

/** Columns of a pair. The time to the microsecond, as it is stored: a place in the list must not fall between two rows. */
export const SUMMARY = `id, patient_id AS "patientId", abstract_id AS "abstractId", other_abstract_id AS "otherAbstractId",
  ARRAY[(SELECT a.primary_site FROM abstract a WHERE a.id = abstract_id), (SELECT a.primary_site FROM abstract a WHERE a.id = other_abstract_id)] AS sites, result, rule_group AS "group", rule_step AS step, reason,
  unknown, rules_version AS "rulesVersion", wanted, decision,
  ${stampOf('created_at')} AS "createdAt"`;

/** Every decision on some pairs, newest first, by the pair's id. */
export async function decisionsOn(tx: EntityManager, pairs: readonly string[]): Promise<Map<string, PastDecision[]>> {
  const rows = await tx.query<(Omit<PastDecision, 'decidedAt'> & { pair: string; decidedAt: Date })[]>(
    `SELECT comparison_id AS pair, decision, result, rule_group AS "group", rule_step AS step, rules_version AS "rulesVersion", abstract_revision AS "abstractRevision",
            other_revision AS "otherRevision", note, actor, decided_at AS "decidedAt",
            coalesce((SELECT u.name FROM app_user u WHERE d.actor = 'user:' || u.id), (SELECT t.name FROM api_token t WHERE d.actor = 'token:' || t.id)) AS "actorName"
       FROM primary_decision d WHERE comparison_id = ANY($1::uuid[]) ORDER BY decided_at DESC, id`,
    [pairs],
  );
  const found = new Map<string, PastDecision[]>();
  for (const { pair, decidedAt, ...decision } of rows)
    found.set(pair, [...(found.get(pair) ?? []), { ...decision, decidedAt: decidedAt.toISOString() }]);
  return found;
}

@Injectable()
export class PrimariesService {
  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
    private readonly clock: Clock,
  ) {}

  async list(principal: Principal, query: ListComparisonsDto): Promise<Page<ComparisonSummary>> {
    const cursor = readCursor(query.cursor);
    const open = query.open ? 'AND wanted AND decision IS NULL' : '';
    const rows = await this.scoped(principal, (tx) =>
      tx.query<ComparisonSummary[]>(
        `SELECT ${SUMMARY} FROM primary_comparison
          WHERE ($1::uuid IS NULL OR patient_id = $1) AND ($2::timestamptz IS NULL OR (created_at, id) > ($2, $3::uuid)) ${open}
          ORDER BY created_at, id LIMIT $4`,
        [query.patientId ?? null, cursor?.at ?? null, cursor?.id ?? null, query.limit + 1],
      ),
    );
    return toPage(rows, query.limit, (row) => row.createdAt);
  }

  one(principal: Principal, id: string): Promise<ComparisonDetail> {
    return this.scoped(principal, async (tx) => {
      const [row] = await tx.query<ComparisonSummary[]>(`SELECT ${SUMMARY} FROM primary_comparison WHERE id = $1`, [
        id,
      ]);
      if (row === undefined) throw notFound('comparison');
      const abstracts = await tx.query<ComparedAbstract[]>(
        `SELECT ${COMPARED_COLUMNS} FROM abstract WHERE id IN ($1, $2)`,
        [row.abstractId, row.otherAbstractId],
      );
      const [own, other] = [row.abstractId, row.otherAbstractId].map((key) => abstracts.find((one) => one.id === key));
      if (own === undefined || other === undefined) throw notFound('comparison');
      const decisions = await decisionsOn(tx, [id]);
      return {
        ...row,
        verdict: verdictOf(this.tables, own.items, other.items, this.clock.today()),
        abstracts: [own, other].map(({ id: abstractId, revision, items }) => ({ id: abstractId, revision, items })),
        decisions: decisions.get(id) ?? [],
        effects: await this.effectsOf(tx, principal, row),
      };
    });
  }

  /** What the decisions on a pair would do, where every tumor of it is in sight. */
  private async effectsOf(
    tx: EntityManager,
    principal: Principal,
    { id, patientId, abstractId, otherAbstractId }: ComparisonSummary,
  ): Promise<ComparisonDetail['effects']> {
    const effects = await withRegistryScope(tx, principal, () =>
      effectOfDecisions(tx, { comparisonId: id, patientId, abstractId, otherAbstractId }, this.tables),
    );
    const tumors = Object.values(effects).flatMap((effect) => effect.tumors.flatMap(({ memberIds }) => memberIds));
    const ids = [...new Set(tumors)];
    const seen = await tx.query<unknown[]>(`SELECT FROM tumor WHERE id = ANY($1::uuid[])`, [ids]);
    return seen.length === ids.length ? effects : null;
  }

  decide(principal: Principal, id: string, body: DecidePrimaryDto): Promise<DecidedPrimary> {
    return this.scoped(principal, (tx) =>
      decidePrimary(
        tx,
        id,
        { decision: body.decision, note: body.note, revisions: body.revisions, seen: body.seen },
        principal,
        this.tables,
        this.clock.today(),
      ),
    );
  }

  async ofPatient(principal: Principal, patientId: string): Promise<PatientPrimariesView> {
    const abstracts = await this.scoped(principal, (tx) =>
      tx.query<ComparedAbstract[]>(
        `SELECT ${COMPARED_COLUMNS} FROM abstract WHERE patient_id = $1 AND state <> 'withdrawn' ORDER BY created_at, id`,
        [patientId],
      ),
    );
    if (abstracts.length === 0) throw notFound('patient');
    const idOf = (index: number): string => abstracts[index]?.id ?? '';
    const { primaries, review } = relateTumors(
      this.tables.primaries,
      abstracts.map(({ items }) => items),
      Number(this.clock.today().slice(0, 4)),
    );
    return {
      primaries: primaries.map(({ tumors, ...rest }) => ({ abstractIds: tumors.map(idOf), ...rest })),
      review: review.map(({ tumors: [a, b], ...rest }) => ({ abstractIds: [idOf(a), idOf(b)], ...rest })),
      rulesVersion: this.tables.primaries.version,
    };
  }
}
