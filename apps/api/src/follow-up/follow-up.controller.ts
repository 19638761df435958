import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, Requires } from '@perennial/auth';
import { type Principal, type Scoped, withRegistryScope } from '@perennial/persistence';
import { CHANNELS, OUTCOMES, recordContact, requestPass } from '@perennial/records';
import { notFound } from '@perennial/problem';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsObject, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { Clock, SCOPED } from '../platform/tokens.js';

export class ListTasksDto {
  /** Month `YYYYMM`: tasks due then or earlier. */
  @IsOptional() @Matches(/^\d{6}$/) readonly through?: string;
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(200) readonly limit: number = 50;
  /** Due month and id of the last task that was seen. */
  @IsOptional() @IsString() @MaxLength(60) readonly cursor?: string;
}

export class ContactDto {
  @IsUUID() readonly patientId!: string;
  @IsUUID() readonly facilityId!: string;
  @Matches(/^\d{4}(\d{2}(\d{2})?)?$/) readonly contactedOn!: string;
  @IsIn(CHANNELS) readonly channel!: (typeof CHANNELS)[number];
  @IsIn(OUTCOMES) readonly outcome!: (typeof OUTCOMES)[number];
  /** What was learned: vitalStatus, and on death causeOfDeath and icdRevisionNumber. */
  @IsOptional() @IsObject() readonly items?: Record<string, string>;
}

interface Task {
  readonly id: string;
  readonly patientId: string;
  readonly facilityId: string;
  readonly state: string;
  readonly dueMonth: string;
  readonly delinquent: boolean;
  readonly lost: boolean;
}

@ApiTags('follow-up')
@Controller('follow-up')
export class FollowUpController {
  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    private readonly clock: Clock,
  ) {}

  /** Open tasks, longest due first. */
  @Requires('follow-up.read')
  @Get('tasks')
  async tasks(
    @Query() query: ListTasksDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ items: Task[]; next: string | null }> {
    const [month = '', id = ''] = (query.cursor ?? '').split('.');
    const rows = await this.scoped(principal, (tx) =>
      tx.query<Task[]>(
        `SELECT id, patient_id AS "patientId", facility_id AS "facilityId", state, due_month AS "dueMonth", stage = 'delinquent' AS delinquent, lost FROM follow_up_task
          WHERE state <> 'closed' AND ($1::text IS NULL OR due_month <= $1) AND ($2 = '' OR (due_month, id::text) > ($2, $3)) ORDER BY due_month, id::text LIMIT $4`,
        [query.through ?? null, month, id, query.limit + 1],
      ),
    );
    const items = rows.slice(0, query.limit);
    const last = items[items.length - 1];
    return { items, next: rows.length > query.limit && last !== undefined ? `${last.dueMonth}.${last.id}` : null };
  }

  /** How many tasks are due in which month, and how many of them are delinquent. */
  @Requires('follow-up.read')
  @Get('due-by-month')
  dueByMonth(
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ month: string; tasks: number; delinquent: number }[]> {
    return this.scoped(principal, (tx) =>
      tx.query(
        `SELECT due_month AS month, count(*)::int AS tasks, count(*) FILTER (WHERE stage = 'delinquent')::int AS delinquent FROM follow_up_task WHERE state <> 'closed' GROUP BY 1 ORDER BY 1`,
      ),
    );
  }

  /** Record a contact: it moves last contact and vital status for every tumor of the patient. */
  @Requires('follow-up.write')
  @Post('contacts')
  contact(
    @Body() body: ContactDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ contactId: string; patientRevision: number }> {
    if (!principal.allFacilities && !principal.facilityIds.includes(body.facilityId)) throw notFound('patient');
    return this.scoped(principal, (tx) =>
      withRegistryScope(tx, principal, () =>
        recordContact(tx, { ...body, items: body.items ?? {} }, principal.actor, this.clock.today()),
      ),
    );
  }

  /** Run the daily pass now. It also runs by itself each night; twice a day changes nothing. */
  @Requires('follow-up.operate')
  @Post('passes')
  @HttpCode(202)
  async pass(@CurrentPrincipal() principal: Principal): Promise<{ job: string }> {
    return { job: await this.scoped(principal, (tx) => requestPass(tx, this.clock.today(), principal.actor)) };
  }
}
