import {
  Body,
  Controller,
  Get,
  Headers,
  HttpCode,
  Inject,
  Param,
  ParseUUIDPipe,
  Patch,
  Post,
  Query,
  Res,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { noteSeen } from '@perennial/audit';
import { CurrentPrincipal, type Holder, holdersOf, Requires } from '@perennial/auth';
import { type Principal, type Scoped, withRegistryScope } from '@perennial/persistence';
import { DomainError, notFound } from '@perennial/problem';
import {
  assignTasks,
  changeTask,
  dueByMonth,
  type GivenTask,
  listTasks,
  personOf,
  planStep,
  requestPass,
  type TaskDetail,
  taskDetail,
  type TaskFilter,
  taskOwner,
  type TaskLine,
  type TaskPlace,
  type WorkToday,
  workToday,
} from '@perennial/records';
import { type Response } from 'express';
import { type Page } from '../platform/paging.js';
import { etag, expectedRevision } from '../platform/revision.js';
import { Clock, SCOPED } from '../platform/tokens.js';
import { sendCsv } from './csv.js';
import { AssignTasksDto, FacilityDto, ListTasksDto, TaskPatchDto } from './dto.js';

interface PassView {
  readonly id: string;
  readonly day: string;
  readonly parts: number;
  readonly done: number;
  readonly opened: number;
  readonly marked: number;
  readonly closed: number;
  readonly requestedAt: string;
  readonly finishedAt: string | null;
}

const PASSES = `
SELECT p.id, p.day, p.parts, count(d.part)::int AS done, coalesce(sum(d.opened), 0)::int AS opened, coalesce(sum(d.marked), 0)::int AS marked,
       coalesce(sum(d.closed), 0)::int AS closed, p.requested_at AS "requestedAt", p.finished_at AS "finishedAt"
  FROM follow_up_pass p LEFT JOIN follow_up_pass_part d ON d.pass_id = p.id`;

const LINES_AT_ONCE = 1_000;
const CSV_COLUMNS = [
  'facilityId',
  'patientId',
  'name',
  'dateOfBirth',
  'medicalRecordNumber',
  'tumors',
  'dueMonth',
  'dateOfLastContact',
  'stage',
  'lost',
  'state',
  'assignedTo',
  'assignedName',
  'nextStep',
  'nextStepOn',
  'attempts',
];

@ApiTags('follow-up')
@Controller('follow-up')
export class TasksController {
  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    private readonly clock: Clock,
  ) {}

  /** Open tasks, longest without contact first: one line a patient and facility, the tumors in it. */
  @Requires('follow-up.read')
  @Get('tasks')
  async tasks(@Query() query: ListTasksDto, @CurrentPrincipal() principal: Principal): Promise<Page<TaskLine>> {
    const { limit, cursor, until, ...filter } = query;
    const range = { after: readPlace(cursor), until: readPlace(until) };
    const rows = await this.scoped(principal, (tx) =>
      listTasks(tx, principal, named(filter, principal), this.clock.today(), limit + 1, range),
    );
    const items = rows.slice(0, limit);
    const last = items[items.length - 1];
    return { items, next: rows.length > limit && last !== undefined ? `${last.countedFrom}.${last.id}` : null };
  }

  /** The whole due list, filtered, as CSV: a line for each patient with the tumors. */
  @Requires('follow-up.read')
  @Get('tasks.csv')
  async tasksCsv(
    @Query() query: ListTasksDto,
    @CurrentPrincipal() principal: Principal,
    @Res() response: Response,
  ): Promise<void> {
    const { scoped, clock } = this;
    const { limit: _, cursor, until: end, ...filter } = query;
    const until = readPlace(end);
    const all = async function* (): AsyncGenerator<object> {
      for (let after = readPlace(cursor); ;) {
        const place = after;
        const rows = await scoped(principal, (tx) =>
          listTasks(tx, principal, named(filter, principal), clock.today(), LINES_AT_ONCE, { after: place, until }),
        );
        noteSeen(rows.map(({ patientId }) => patientId));
        for (const { tumors, ...line } of rows) {
          yield {
            ...line,
            tumors: tumors
              .map((tumor) => `${tumor.primarySite} ${tumor.histology} ${tumor.dateOfDiagnosis}`)
              .join('; '),
          };
        }
        const last = rows[rows.length - 1];
        if (last === undefined || rows.length < LINES_AT_ONCE) return;
        after = { countedFrom: last.countedFrom, id: last.id };
      }
    };
    await sendCsv(response, 'due-list', CSV_COLUMNS, all());
  }

  /** How many tasks are due in which month, and how many of them are delinquent or lost. */
  @Requires('follow-up.read')
  @Get('due-by-month')
  dueByMonth(
    @Query() { facilityId }: FacilityDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<readonly { month: string; tasks: number; delinquent: number; lost: number }[]> {
    return this.scoped(principal, (tx) => dueByMonth(tx, principal, facilityId));
  }

  /** What waits for somebody today: own tasks, planned steps, second letters, proposals. */
  @Requires('follow-up.read')
  @Get('today')
  today(@Query() { facilityId }: FacilityDto, @CurrentPrincipal() principal: Principal): Promise<WorkToday> {
    return this.scoped(principal, (tx) => workToday(tx, principal, this.clock.today(), facilityId));
  }

  /** People who may be given tasks at the facilities of whoever asks. */
  @Requires('follow-up.write')
  @Get('assignees')
  assignees(@CurrentPrincipal() principal: Principal): Promise<Holder[]> {
    return this.scoped(principal, (tx) => holdersOf(tx, 'follow-up.write', principal));
  }

  /** Take up to 200 tasks, give them to somebody, or put them back. Says who had each before, so that it can be taken back. */
  @Requires('follow-up.write')
  @Post('tasks/assignments')
  @HttpCode(200)
  async assign(
    @Body() { taskIds, assignedTo, heldBy }: AssignTasksDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<{ tasks: readonly GivenTask[] }> {
    const to = assignedTo === 'me' ? personOf(principal) : assignedTo;
    return {
      tasks: await this.scoped(principal, (tx) => assignTasks(tx, taskIds, to, heldBy, principal.actor)),
    };
  }

  /** One task with its contacts, letters, addresses, marks and tumors, and what is planned next. */
  @Requires('follow-up.read')
  @Get('tasks/:id')
  async task(
    @Param('id', ParseUUIDPipe) id: string,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<TaskDetail> {
    const task = await this.scoped(principal, async (tx) => {
      // Before the rest is read: it also finds the addresses and numbers that the abstracts name.
      const of = await taskOwner(tx, id);
      const { next, blocked } = await withRegistryScope(tx, principal, () => planStep(tx, of, this.clock.today()));
      return { ...(await taskDetail(tx, id)), plan: next, blocked };
    });
    response.setHeader('ETag', etag(task.revision));
    return task;
  }

  /** Assign a task, or say what is to be done next and when. */
  @Requires('follow-up.write')
  @Patch('tasks/:id')
  async change(
    @Param('id', ParseUUIDPipe) id: string,
    @Headers('if-match') match: string | undefined,
    @Body() body: TaskPatchDto,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ revision: number }> {
    const expected = expectedRevision(match);
    const revision = await this.scoped(principal, (tx) => changeTask(tx, id, expected, body, principal.actor));
    response.setHeader('ETag', etag(revision));
    return { revision };
  }

  /** Run the daily pass now. It also runs by itself each night; twice a day changes nothing. */
  @Requires('follow-up.operate')
  @Post('passes')
  @HttpCode(202)
  async pass(
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ id: string; job: string }> {
    const id = await this.scoped(principal, (tx) => requestPass(tx, this.clock.today(), principal.actor));
    response.location(`/api/v1/follow-up/passes/${id}`);
    return { id, job: id };
  }

  /** The latest passes and how far each is. */
  @Requires('follow-up.operate')
  @Get('passes')
  passes(@CurrentPrincipal() principal: Principal): Promise<PassView[]> {
    return this.scoped(principal, (tx) => tx.query(`${PASSES} GROUP BY p.id ORDER BY p.requested_at DESC LIMIT 100`));
  }

  @Requires('follow-up.operate')
  @Get('passes/:id')
  async onePass(@Param('id', ParseUUIDPipe) id: string, @CurrentPrincipal() principal: Principal): Promise<PassView> {
    const [pass] = await this.scoped(principal, (tx) =>
      tx.query<PassView[]>(`${PASSES} WHERE p.id = $1 GROUP BY p.id`, [id]),
    );
    if (pass === undefined) throw notFound('pass');
    return pass;
  }
}

/** `me` stands for the user who asks. */
function named({ assignedTo, ...filter }: TaskFilter, { actor }: Principal): TaskFilter {
  if (assignedTo === undefined) return filter;
  const mine = actor.startsWith('user:') ? actor.slice('user:'.length) : 'none';
  return { ...filter, assignedTo: assignedTo === 'me' ? mine : assignedTo };
}

/** Place in the due list. @throws DomainError 400 for one that was not made here. */
function readPlace(cursor: string | undefined): TaskPlace | null {
  if (cursor === undefined) return null;
  const match = /^(\d{8}|)\.([0-9a-f-]{36})$/.exec(cursor);
  if (match === null) throw new DomainError('list.cursor', 400, 'This cursor is not one of this list.');
  return { countedFrom: match[1] ?? '', id: match[2] ?? '' };
}
