import { Body, Controller, Get, Headers, HttpCode, Inject, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type ItemValues } from '@perennial/naaccr';
import { type Principal, type Scoped } from '@perennial/persistence';
import { notFound } from '@perennial/problem';
import {
  currentAlgorithms,
  type DecidedValue,
  decideValue,
  evaluateStaging,
  OF_ALL_FACILITIES,
  OF_THE_FACILITY,
  type RegistryTables,
  type RowHistory,
  type ShownDecision,
  shownDecisions,
  type StagingEvaluation,
  takeValueBack,
  tumorHistory,
  UNDECIDABLE,
} from '@perennial/records';
import { type EntityManager } from 'typeorm';
import { expectedRevision } from '../platform/revision.js';
import { Clock, SCOPED, TABLES } from '../platform/tokens.js';
import { DecideValueDto, TakeValueBackDto } from './values.dto.js';
import { type ComparisonSummary, decisionsOn, type PastDecision, SUMMARY } from '../primaries/primaries.service.js';

/** A pair of abstracts of which one is in the tumor, and what was decided about it. */
export interface PairOfTumor extends ComparisonSummary {
  /** Newest first. */
  readonly decisions: readonly PastDecision[];
}

/** What an algorithm says of the consolidated tumor now. */
export interface StageOfTumor extends Pick<
  StagingEvaluation,
  'algorithm' | 'version' | 'schema' | 'result' | 'derived' | 'errors' | 'settled' | 'wanted'
> {
  /** Blank or invalid items that could still change what is derived. */
  readonly open: readonly string[];
}

/** A tumor with the abstracts that it was made of, as far as the asking person may see them. */
export interface TumorDetail {
  readonly id: string;
  readonly patientId: string;
  /** The tumor that stands for this one since a decision merged them: the abstracts are there. */
  readonly mergedInto: string | null;
  /** Tumors that this one stands for. */
  readonly mergedFrom: readonly string[];
  /** Whether the consolidated tumor is among the rows: only for those who see every facility that reported it. */
  readonly consolidated: boolean;
  /** The consolidated tumor, then the abstracts, as they are now and with each change. */
  readonly rows: readonly RowHistory[];
  /** Items of a facility's own bookkeeping, never consolidated. */
  readonly facilityItems: readonly string[];
  /** Items that all facilities' answers together make, whoever reported first. */
  readonly sharedItems: readonly string[];
  /** Of the consolidated tumor, for `If-Match`; 0 where it is not in sight. */
  readonly revision: number;
  /** Values that a person set and that stand. */
  readonly decisions: readonly ShownDecision[];
  /** Items that nobody sets by hand, with the reason. */
  readonly undecidable: Readonly<Record<string, string>>;
  readonly stage: readonly StageOfTumor[];
  readonly pairs: readonly PairOfTumor[];
  readonly reports: readonly {
    readonly id: string;
    readonly abstractId: string;
    readonly screening: string;
    readonly createdAt: string;
  }[];
  /** Contacts in which something was said of this tumor. */
  readonly contacts: readonly {
    readonly id: string;
    readonly facilityId: string;
    readonly contactedOn: string;
    readonly channel: string;
    readonly outcome: string;
  }[];
}

@ApiTags('tumors')
@Controller('tumors')
export class TumorsController {
  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
    private readonly clock: Clock,
  ) {}

  /**
   * A tumor: its consolidated values and each abstract with every change, its stage, the pairs that were compared, reports and contacts.
   * Whoever sees only some of its facilities gets their abstracts and what belongs to them.
   */
  @Requires('abstracts.read')
  @Get(':id')
  one(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<TumorDetail> {
    return this.scoped(principal, async (tx) => {
      const [known] = await tx.query<{ patientId: string }[]>(
        `SELECT patient_id AS "patientId" FROM tumor WHERE id = $1 UNION SELECT patient_id FROM abstract WHERE tumor_id = $1`,
        [id],
      );
      if (known === undefined) throw notFound('tumor');
      const rows = await tumorHistory(tx, id);
      const from = await tx.query<{ id: string }[]>(
        `SELECT id FROM tumor WHERE merged_into = $1 ORDER BY created_at, id`,
        [id],
      );
      const mergedFrom = from.map((one) => one.id);
      const whole = rows.find(({ entity }) => entity === 'tumor');
      const abstracts = rows.flatMap((row) => (row.entity === 'abstract' ? [row.id] : []));
      return {
        id,
        patientId: known.patientId,
        mergedInto: whole?.mergedInto ?? null,
        mergedFrom,
        consolidated: whole !== undefined,
        rows,
        facilityItems: [...OF_THE_FACILITY],
        sharedItems: [...OF_ALL_FACILITIES],
        revision: whole?.entries[0]?.revision ?? 0,
        decisions:
          whole === undefined
            ? []
            : await shownDecisions(tx, { entity: 'tumor', id }, [id, ...mergedFrom], known.patientId, this.tables),
        undecidable: Object.fromEntries(UNDECIDABLE),
        stage: whole === undefined ? [] : await this.stageOf(tx, whole.items),
        pairs: await pairsOf(tx, abstracts),
        reports: await tx.query<TumorDetail['reports'][number][]>(
          `SELECT id, abstract_id AS "abstractId", screening, created_at AS "createdAt" FROM report WHERE abstract_id = ANY($1::uuid[]) ORDER BY created_at, id`,
          [abstracts],
        ),
        contacts: await tx.query<TumorDetail['contacts'][number][]>(
          `SELECT id, facility_id AS "facilityId", contacted_on AS "contactedOn", channel, outcome FROM follow_up_contact
            WHERE patient_id = $1 AND tumor_items ?| $2::text[] ORDER BY contacted_on, id`,
          [known.patientId, [id, ...mergedFrom]],
        ),
      };
    });
  }

  /**
   * Correct a consolidated value by hand, with a reason; `If-Match` is the tumor's revision. It stands until it is taken back, whatever
   * abstracts come later. Stage, the registry's numbers, a facility's own items and what follow-up moves are refused.
   */
  @Requires('values.decide')
  @ApiHeader({ name: 'If-Match', required: true })
  @Post(':id/values')
  @HttpCode(200)
  decideValue(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: DecideValueDto,
    @CurrentPrincipal() principal: Principal,
    @Headers('if-match') match?: string,
  ): Promise<DecidedValue> {
    const expected = expectedRevision(match);
    const by = { actor: principal.actor, today: this.clock.today() };
    return this.scoped(principal, (tx) => decideValue(tx, { entity: 'tumor', id }, expected, body, by, this.tables));
  }

  /** Take such a correction back: the value is what consolidation says. */
  @Requires('values.decide')
  @ApiHeader({ name: 'If-Match', required: true })
  @Post(':id/values/take-back')
  @HttpCode(200)
  takeValueBack(
    @Param('id', ParseUUIDPipe) id: string,
    @Body() body: TakeValueBackDto,
    @CurrentPrincipal() principal: Principal,
    @Headers('if-match') match?: string,
  ): Promise<DecidedValue> {
    const expected = expectedRevision(match);
    const by = { actor: principal.actor, today: this.clock.today() };
    return this.scoped(principal, (tx) => takeValueBack(tx, { entity: 'tumor', id }, expected, body, by, this.tables));
  }

  private async stageOf(tx: EntityManager, items: ItemValues): Promise<StageOfTumor[]> {
    const year = Number(this.clock.today().slice(0, 4));
    return (await currentAlgorithms(tx, this.tables)).map((algorithm) => {
      const { version, schema, result, derived, errors, settled, wanted, open } = evaluateStaging(
        algorithm,
        items,
        year,
      );
      return {
        algorithm: algorithm.id,
        version,
        schema,
        result,
        derived,
        errors,
        settled,
        wanted,
        open: open.map(({ item }) => item),
      };
    });
  }
}

async function pairsOf(tx: EntityManager, abstracts: readonly string[]): Promise<PairOfTumor[]> {
  const pairs = await tx.query<ComparisonSummary[]>(
    `SELECT ${SUMMARY} FROM primary_comparison WHERE abstract_id = ANY($1::uuid[]) OR other_abstract_id = ANY($1::uuid[]) ORDER BY created_at, id`,
    [abstracts],
  );
  const decisions = await decisionsOn(
    tx,
    pairs.map(({ id }) => id),
  );
  return pairs.map((pair) => ({ ...pair, decisions: decisions.get(pair.id) ?? [] }));
}
