import { Body, Controller, Delete, Get, HttpCode, Inject, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  createToken,
  CurrentPrincipal,
  CurrentReach,
  type Reach,
  reaches,
  Requires,
  TOKEN_ROLES,
} from '@perennial/auth';
import { type Principal, type Scoped } from '@perennial/persistence';
import { notFound } from '@perennial/problem';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Max, MaxLength, Min, MinLength } from 'class-validator';
import { SCOPED } from '../platform/tokens.js';

export class CreateTokenDto {
  @IsString() @MinLength(2) @MaxLength(100) readonly name!: string;
  @IsIn(TOKEN_ROLES) readonly role!: (typeof TOKEN_ROLES)[number];
  /** Absent: registry-wide. */
  @IsOptional() @IsUUID() readonly facilityId?: string;
  @IsInt() @Min(1) @Max(366) readonly days!: number;
}

interface TokenView {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly facilityId: string | null;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  /** Written at most every ten minutes. */
  readonly lastUsedAt: Date | null;
  readonly createdBy: string;
  readonly createdByName: string | null;
  readonly createdAt: Date;
}

const VIEW = `SELECT t.id, t.name, t.role, t.facility_id AS "facilityId", t.expires_at AS "expiresAt", t.revoked_at AS "revokedAt", t.last_used_at AS "lastUsedAt",
  t.created_by AS "createdBy", (SELECT u.name FROM app_user u WHERE t.created_by = 'user:' || u.id) AS "createdByName", t.created_at AS "createdAt" FROM api_token t`;

/** Tokens of jobs and devices: one role, one facility or registry-wide, with an end. The text is shown once and stored as a hash. */
@ApiTags('tokens')
@Requires('users.manage')
@Controller('tokens')
export class TokensController {
  constructor(@Inject(SCOPED) private readonly scoped: Scoped) {}

  @Get()
  async list(@CurrentPrincipal() principal: Principal, @CurrentReach() reach: Reach): Promise<TokenView[]> {
    const tokens = await this.scoped(principal, (tx) =>
      tx.query<TokenView[]>(`${VIEW} ORDER BY t.created_at DESC, t.id`),
    );
    return tokens.filter(({ facilityId }) => reaches(reach, facilityId));
  }

  /** Make a token. Its text is in this answer and nowhere else. */
  @Post()
  async create(
    @Body() body: CreateTokenDto,
    @CurrentPrincipal() principal: Principal,
    @CurrentReach() reach: Reach,
  ): Promise<{ id: string; token: string; expiresAt: Date }> {
    const { name, role, days } = body;
    const facilityId = body.facilityId ?? null;
    if (!reaches(reach, facilityId)) throw notFound('facility');
    const expiresAt = new Date(Date.now() + days * 86_400_000);
    return this.scoped(principal, async (tx) => {
      const [known] = await tx.query<unknown[]>(`SELECT FROM facility WHERE id = $1 AND retired_at IS NULL`, [
        facilityId,
      ]);
      if (facilityId !== null && known === undefined) throw notFound('facility');
      return {
        ...(await createToken(tx, { name, role, facilityId, expiresAt, createdBy: principal.actor })),
        expiresAt,
      };
    });
  }

  /** Revoke a token. It is refused from the next request on. */
  @Delete(':id')
  @HttpCode(204)
  async revoke(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
    @CurrentReach() reach: Reach,
  ): Promise<void> {
    await this.scoped(principal, async (tx) => {
      const [token] = await tx.query<TokenView[]>(`${VIEW} WHERE t.id = $1`, [id]);
      if (token === undefined || !reaches(reach, token.facilityId)) throw notFound('token');
      await tx.query(`UPDATE api_token SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL`, [id]);
    });
  }
}
