import { Body, Controller, Get, Headers, HttpCode, Inject, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type Dictionary, type ItemValues } from '@perennial/naaccr';
import { type Principal, type Scoped } from '@perennial/persistence';
import { notFound } from '@perennial/problem';
import {
  type DecidedValue,
  decideValue,
  itemsInUse,
  type LineageEntry,
  lineageOf,
  NAME_MATCHES,
  type NameMatch,
  type PatientFound,
  patientHistory,
  type RegistryTables,
  type RowHistory,
  searchPatients,
  type ShownDecision,
  shownDecisions,
  splitLevels,
  takeValueBack,
  UNDECIDABLE,
} from '@perennial/records';
import { IsIn, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { expectedRevision } from '../platform/revision.js';
import { Clock, SCOPED, TABLES } from '../platform/tokens.js';
import { DecideValueDto, TakeValueBackDto } from '../tumors/values.dto.js';

export class SearchPatientsDto {
  /** `last` or `last, first`, or their beginning. */
  @IsOptional() @IsString() @MinLength(2) @MaxLength(80) readonly name?: string;
  /** How the name is compared; `contains` and `sounds` need three letters of the last name. */
  @IsOptional() @IsIn(NAME_MATCHES) readonly match?: NameMatch;
  @IsOptional() @Matches(/^\d{8}$/) readonly dateOfBirth?: string;
  @IsOptional() @IsString() @MaxLength(40) readonly medicalRecordNumber?: string;
}

/** A tumor as all its facilities together know it. */
export interface ConsolidatedTumor {
  readonly id: string;
  readonly items: ItemValues;
  readonly revision: number;
}

/** One facility's abstract of one of the patient's tumors, in short. */
export interface AbstractOfPatient {
  readonly id: string;
  readonly facilityId: string;
  readonly state: string;
  readonly tumorId: string | null;
  readonly primarySite: string | null;
  readonly histology: string | null;
  readonly dateOfDiagnosis: string | null;
  readonly revision: number;
}

/** A patient with what the asking person may see. */
export interface PatientDetail {
  readonly id: string;
  readonly revision: number;
  /** Whether the items are those of all facilities together. */
  readonly consolidated: boolean;
  readonly items: ItemValues;
  /** Values that a person set and that stand, for those who see all of the patient. */
  readonly decisions: readonly ShownDecision[];
  /** Items that nobody sets by hand, with the reason. */
  readonly undecidable: Readonly<Record<string, string>>;
  readonly tumors: readonly ConsolidatedTumor[];
  readonly abstracts: readonly AbstractOfPatient[];
  readonly reports: readonly { readonly id: string; readonly screening: string; readonly createdAt: string }[];
  readonly contacts: readonly {
    readonly id: string;
    readonly facilityId: string;
    readonly contactedOn: string;
    readonly channel: string;
    readonly outcome: string;
  }[];
}

@ApiTags('patients')
@Controller('patients')
export class PatientsController {
  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
    private readonly clock: Clock,
  ) {}

  /** Search by name, birth date or record number. A POST, so that no address of a page holds them. */
  @Requires('patients.search')
  @Post('search')
  @HttpCode(200)
  search(@Body() body: SearchPatientsDto, @CurrentPrincipal() principal: Principal): Promise<PatientFound[]> {
    return this.scoped(principal, (tx) => searchPatients(tx, principal, body));
  }

  /**
   * A patient with tumors and abstracts of the principal's scope. Whoever sees all facilities of the patient gets what is consolidated;
   * a facility that shares the patient gets what it reported itself with the shared vital status, last contact and cause of death.
   */
  @Requires('patients.read')
  @Get(':id')
  one(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<PatientDetail> {
    return this.scoped(principal, async (tx) => {
      const [patient] = await tx.query<{ id: string; items: ItemValues; consolidated: boolean; revision: number }[]>(
        `SELECT p.id, p.revision, c.id IS NOT NULL AS consolidated,
                coalesce(c.items, jsonb_strip_nulls(jsonb_build_object('vitalStatus', p.vital_status, 'dateOfLastContact', p.date_of_last_contact, 'causeOfDeath', p.cause_of_death))) AS items
           FROM patient p LEFT JOIN consolidated_patient c ON c.id = p.id WHERE p.id = $1`,
        [id],
      );
      if (patient === undefined) throw notFound('patient');
      const tumors = await tx.query<ConsolidatedTumor[]>(
        `SELECT id, items, revision FROM tumor WHERE patient_id = $1 AND merged_into IS NULL ORDER BY date_of_diagnosis, id`,
        [id],
      );
      const abstracts = await tx.query<OwnAbstract[]>(
        `SELECT id, facility_id AS "facilityId", state, tumor_id AS "tumorId", primary_site AS "primarySite", histology, date_of_diagnosis AS "dateOfDiagnosis", revision, items FROM abstract WHERE patient_id = $1 ORDER BY date_of_diagnosis, id`,
        [id],
      );
      const reports = await tx.query<PatientDetail['reports'][number][]>(
        `SELECT id, screening, created_at AS "createdAt" FROM report WHERE patient_id = $1 ORDER BY created_at`,
        [id],
      );
      const contacts = await tx.query<PatientDetail['contacts'][number][]>(
        `SELECT id, facility_id AS "facilityId", contacted_on AS "contactedOn", channel, outcome FROM follow_up_contact WHERE patient_id = $1 ORDER BY contacted_on, id`,
        [id],
      );
      const own = patient.consolidated ? {} : reportedOf(await itemsInUse(tx, this.tables), abstracts);
      return {
        id: patient.id,
        revision: patient.revision,
        consolidated: patient.consolidated,
        items: { ...own, ...patient.items },
        decisions: patient.consolidated
          ? await shownDecisions(tx, { entity: 'patient', id }, [id], id, this.tables)
          : [],
        undecidable: Object.fromEntries(UNDECIDABLE),
        tumors,
        abstracts: abstracts.map(({ items: _items, ...abstract }) => abstract),
        reports,
        contacts,
      };
    });
  }

  /**
   * Correct a consolidated value by hand, with a reason; `If-Match` is the patient's revision. It stands until it is taken back, whatever
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
    return this.scoped(principal, (tx) => decideValue(tx, { entity: 'patient', id }, expected, body, by, this.tables));
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
    return this.scoped(principal, (tx) =>
      takeValueBack(tx, { entity: 'patient', id }, expected, body, by, this.tables),
    );
  }

  /** Everything that is consolidated of a patient and every abstract, as it is now and with each change: any earlier day follows from it. */
  @Requires('abstracts.read')
  @Get(':id/history')
  async history(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ rows: RowHistory[] }> {
    const rows = await this.scoped(principal, (tx) => patientHistory(tx, id));
    if (rows.length === 0) throw notFound('patient');
    return { rows };
  }

  /** Why a consolidated value is what it is: it names every facility's values, so it is for those who see all of them. */
  @Requires('patients.read')
  @Get(':id/lineage')
  async lineage(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<LineageEntry[]> {
    const entries = await this.scoped(principal, async (tx) => {
      const [whole] = await tx.query<unknown[]>(`SELECT FROM consolidated_patient WHERE id = $1`, [id]);
      return whole === undefined ? [] : lineageOf(tx, 'patient', id);
    });
    if (entries.length === 0) throw notFound('patient');
    return entries;
  }
}

interface OwnAbstract extends AbstractOfPatient {
  readonly items: ItemValues;
}

/** Items of the patient as a facility's abstracts have them; where they differ the last one counts, and a withdrawn one least. */
function reportedOf(dictionary: Dictionary, abstracts: readonly Pick<OwnAbstract, 'state' | 'items'>[]): ItemValues {
  const ordered = [...abstracts].sort((a, b) => Number(b.state === 'withdrawn') - Number(a.state === 'withdrawn'));
  return Object.assign({}, ...ordered.map(({ items }) => splitLevels(dictionary, items).patient)) as ItemValues;
}
