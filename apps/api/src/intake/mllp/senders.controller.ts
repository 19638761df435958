import { Body, Controller, Get, HttpCode, Inject, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type Principal, type Scoped } from '@perennial/persistence';
import { DomainError } from '@perennial/problem';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIP, IsOptional, IsString, IsUUID, MaxLength, ValidateNested } from 'class-validator';
import { SCOPED } from '../../platform/tokens.js';
import { MLLP_SENDERS, type MllpSender } from './senders.js';

export class MllpSenderDto implements MllpSender {
  @IsOptional() @IsIP() readonly address?: string;
  /** MSH-3 */
  @IsOptional() @IsString() @MaxLength(200) readonly application?: string;
  /** MSH-4, name or id. */
  @IsOptional() @IsString() @MaxLength(200) readonly facility?: string;
  @IsOptional() @IsUUID() readonly tokenId?: string;
  @IsOptional() @IsUUID() readonly facilityId?: string;
}

export class MllpSendersDto {
  @IsArray()
  @ArrayMaxSize(1_000)
  @ValidateNested({ each: true })
  @Type(() => MllpSenderDto)
  readonly senders!: MllpSenderDto[];
}

/** Senders on MLLP and as whom their messages are taken: the token of a device, or a facility. The first entry that fits holds. */
@ApiTags('intake')
@Controller('intake/mllp-senders')
export class SendersController {
  constructor(@Inject(SCOPED) private readonly scoped: Scoped) {}

  @Requires('settings.manage')
  @Get()
  async list(@CurrentPrincipal() principal: Principal): Promise<{ senders: readonly MllpSender[] }> {
    const [row] = await this.scoped(principal, (tx) =>
      tx.query<{ value: readonly MllpSender[] }[]>(
        `SELECT value FROM setting WHERE key = $1 AND valid_from <= current_date ORDER BY valid_from DESC LIMIT 1`,
        [MLLP_SENDERS],
      ),
    );
    return { senders: row?.value ?? [] };
  }

  /** Replace the whole list. */
  @Requires('settings.manage')
  @Put()
  @HttpCode(204)
  async replace(@Body() { senders }: MllpSendersDto, @CurrentPrincipal() principal: Principal): Promise<void> {
    const errors = senders.flatMap((sender, n) =>
      (sender.tokenId === undefined) === (sender.facilityId === undefined)
        ? [{ pointer: `/senders/${n}`, detail: 'names either tokenId or facilityId' }]
        : [],
    );
    if (errors.length > 0)
      throw new DomainError('senders.unclear', 422, 'Each sender is taken as one token or one facility.', { errors });
    await this.scoped(principal, (tx) =>
      tx.query(
        `INSERT INTO setting (key, valid_from, value) VALUES ($1, current_date, $2) ON CONFLICT (key, valid_from) DO UPDATE SET value = excluded.value`,
        [MLLP_SENDERS, JSON.stringify(senders)],
      ),
    );
  }
}
