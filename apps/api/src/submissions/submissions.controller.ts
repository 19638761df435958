import { Body, Controller, Get, HttpCode, Inject, Param, ParseUUIDPipe, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type Principal, type Scoped, type SubmissionFile } from '@perennial/persistence';
import { notFound } from '@perennial/problem';
import { freezeSubmission, type Frozen, PROFILES } from '@perennial/records';
import { IsIn, IsOptional, IsUUID } from 'class-validator';
import { type Response } from 'express';
import { SCOPED } from '../platform/tokens.js';

export class SubmissionDto {
  @IsIn(PROFILES.map((profile) => profile.id)) readonly profile!: string;
  @IsOptional() @IsUUID() readonly facilityId?: string;
}

interface SubmissionView {
  readonly id: string;
  readonly profile: string;
  readonly state: string;
  readonly records: number;
  readonly held: number;
  readonly frozenAt: string;
  readonly sentAt: string | null;
  readonly files: readonly SubmissionFile[];
  readonly manifest: unknown;
}

const VIEW = `id, profile, state, record_count AS records, held_count AS held, frozen_at AS "frozenAt", sent_at AS "sentAt", files, manifest`;

@ApiTags('submissions')
@Controller('submissions')
export class SubmissionsController {
  constructor(@Inject(SCOPED) private readonly scoped: Scoped) {}

  @Requires('submissions.read')
  @Get('profiles')
  profiles(): { id: string; version: string; title: string; recordType: string }[] {
    return PROFILES.map(({ id, version, title, recordType }) => ({ id, version, title, recordType }));
  }

  /** Freeze the records of a profile now and build them in the background. */
  @Requires('submissions.build')
  @Post()
  @HttpCode(202)
  async start(
    @Body() body: SubmissionDto,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Frozen> {
    if (body.facilityId !== undefined && !principal.allFacilities && !principal.facilityIds.includes(body.facilityId))
      throw notFound('facility');
    const facilityId = body.facilityId ?? (principal.allFacilities ? null : (principal.facilityIds[0] ?? null));
    const frozen = await this.scoped(
      principal,
      (tx) => freezeSubmission(tx, body.profile, facilityId, principal.actor),
      'REPEATABLE READ',
    );
    response.location(`/api/v1/submissions/${frozen.id}`);
    return frozen;
  }

  @Requires('submissions.read')
  @Get()
  list(@CurrentPrincipal() principal: Principal): Promise<SubmissionView[]> {
    return this.scoped(principal, (tx) =>
      tx.query(`SELECT ${VIEW} FROM submission ORDER BY frozen_at DESC, id LIMIT 200`),
    );
  }

  /** One submission: poll until it is `sent` or `held`. */
  @Requires('submissions.read')
  @Get(':id')
  async one(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<SubmissionView> {
    const [row] = await this.scoped(principal, (tx) =>
      tx.query<SubmissionView[]>(`SELECT ${VIEW} FROM submission WHERE id = $1`, [id]),
    );
    if (row === undefined) throw notFound('submission');
    return row;
  }
}
