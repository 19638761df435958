import { Body, Controller, Get, HttpCode, Inject, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type ItemValues } from '@perennial/naaccr';
import { type Principal, type Scoped } from '@perennial/persistence';
import { notFound } from '@perennial/problem';
import { type LineageEntry, lineageOf } from '@perennial/records';
import { IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { SCOPED } from '../platform/tokens.js';

export class SearchPatientsDto {
  /** Beginning of `last, first`. */
  @IsOptional() @IsString() @MinLength(2) @MaxLength(80) readonly name?: string;
  @IsOptional() @Matches(/^\d{8}$/) readonly dateOfBirth?: string;
  @IsOptional() @IsString() @MaxLength(40) readonly medicalRecordNumber?: string;
}

/** What every facility that follows a patient may see of them beside its own abstracts. */
const SHARED = ['vitalStatus', 'dateOfLastContact', 'causeOfDeath'] as const;
const FOUND_LIMIT = 50;

interface Found {
  readonly id: string;
  readonly name: string;
  readonly dateOfBirth: string | null;
  readonly vitalStatus: string | null;
}

@ApiTags('patients')
@Controller('patients')
export class PatientsController {
  constructor(@Inject(SCOPED) private readonly scoped: Scoped) {}

  /** Search by name, birth date or record number. A POST, so that no address of a page holds them. */
  @Requires('patients.search')
  @Post('search')
  @HttpCode(200)
  search(@Body() body: SearchPatientsDto, @CurrentPrincipal() principal: Principal): Promise<Found[]> {
    const [last = '', first] = (body.name ?? '')
      .toLowerCase()
      .split(',')
      .map((part) => part.trim());
    const from = first === undefined ? last : `${last},${first}`;
    return this.scoped(principal, (tx) =>
      tx.query<Found[]>(
        `SELECT p.id, concat_ws(', ', p.items->>'nameLast', p.items->>'nameFirst') AS name, p.birth_date AS "dateOfBirth", p.vital_status AS "vitalStatus"
           FROM patient p
          WHERE ($1 = '' OR (p.name_key >= $1 AND p.name_key < $1 || chr(1114111)))
            AND ($2::text IS NULL OR p.birth_date = $2)
            AND ($3::text IS NULL OR p.id IN (SELECT i.patient_id FROM patient_identifier i WHERE i.medical_record_number = $3))
            AND ($1 <> '' OR $2 IS NOT NULL OR $3 IS NOT NULL)
          ORDER BY p.name_key, p.id LIMIT ${FOUND_LIMIT}`,
        [from, body.dateOfBirth ?? null, body.medicalRecordNumber ?? null],
      ),
    );
  }

  /** A patient with tumors and abstracts of the principal's scope. A facility sees the shared items; central registrars all. */
  @Requires('patients.read')
  @Get(':id')
  one(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<unknown> {
    return this.scoped(principal, async (tx) => {
      const [patient] = await tx.query<{ id: string; items: ItemValues; revision: number }[]>(
        `SELECT id, items, revision FROM patient WHERE id = $1`,
        [id],
      );
      if (patient === undefined) throw notFound('patient');
      const items = principal.allFacilities
        ? patient.items
        : Object.fromEntries(
            SHARED.flatMap((item) => (patient.items[item] === undefined ? [] : [[item, patient.items[item]]])),
          );
      const tumors = principal.allFacilities
        ? await tx.query<unknown[]>(
            `SELECT id, items, revision FROM tumor WHERE patient_id = $1 ORDER BY date_of_diagnosis, id`,
            [id],
          )
        : [];
      const abstracts = await tx.query<unknown[]>(
        `SELECT id, state, tumor_id AS "tumorId", primary_site AS "primarySite", histology, date_of_diagnosis AS "dateOfDiagnosis", revision FROM abstract WHERE patient_id = $1 ORDER BY date_of_diagnosis, id`,
        [id],
      );
      return {
        id: patient.id,
        revision: patient.revision,
        items,
        tumors: tumors,
        abstracts: abstracts,
      };
    });
  }

  /** Why a consolidated value is what it is. Central registrars only: it names every facility's values. */
  @Requires('patients.read')
  @Get(':id/lineage')
  async lineage(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<LineageEntry[]> {
    const entries = principal.allFacilities ? await this.scoped(principal, (tx) => lineageOf(tx, 'patient', id)) : [];
    if (entries.length === 0) throw notFound('patient');
    return entries;
  }
}
