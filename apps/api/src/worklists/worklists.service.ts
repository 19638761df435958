import { Inject, Injectable } from '@nestjs/common';
import { type Holder, holdersOf } from '@perennial/auth';
import { type Principal, type Scoped } from '@perennial/persistence';
import {
  assignWork,
  COUNT_LIMIT,
  type Decided,
  decideScreening,
  personOf,
  type RegistryTables,
  undoScreening,
  type Worklist,
  worklistCount,
  type WorklistFilter,
  worklistPage,
  type WorklistRow,
  WORKLISTS,
} from '@perennial/records';
import { type Page, readCursor, toPage } from '../platform/paging.js';
import { Clock, SCOPED, TABLES } from '../platform/tokens.js';
import { type AssignmentDto, type DecisionDto, type WorklistFilterDto, type WorklistQueryDto } from './dto.js';

export interface WorklistSummary {
  readonly list: Worklist;
  readonly count: number;
  /** There are more than `count`. */
  readonly more: boolean;
  /** As it is shown: `37`, `1,000+`. */
  readonly shown: string;
  /** Whole days that the oldest row has waited; null for an empty list. */
  readonly oldestDays: number | null;
}

export type ListedRow = Omit<WorklistRow, 'cursor'>;

@Injectable()
export class WorklistsService {
  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
    private readonly clock: Clock,
  ) {}

  async summary(principal: Principal, query: WorklistFilterDto): Promise<{ lists: WorklistSummary[] }> {
    const filter = filterOf(principal, query);
    // What no facility is known for belongs to the registry.
    const lists = WORKLISTS.filter((list) => list !== 'unassigned' || principal.allFacilities);
    const counts = await this.scoped(principal, async (tx) => {
      const all: WorklistSummary[] = [];
      for (const list of lists) {
        const { count, more, oldestDays } = await worklistCount(tx, list, principal, filter);
        all.push({
          list,
          count,
          more,
          oldestDays,
          shown: more ? `${COUNT_LIMIT.toLocaleString('en-US')}+` : String(count),
        });
      }
      return all;
    });
    return { lists: counts };
  }

  async page(principal: Principal, list: Worklist, query: WorklistQueryDto): Promise<Page<ListedRow>> {
    const range = { after: readCursor(query.cursor), until: readCursor(query.until) };
    const filter = { ...filterOf(principal, query), sort: query.sort };
    const rows = await this.scoped(principal, (tx) => worklistPage(tx, list, principal, filter, range, query.limit));
    const page = toPage(rows, query.limit, (row) => row.cursor.at);
    return { items: page.items.map(({ cursor: _place, ...row }) => row), next: page.next };
  }

  async decide(principal: Principal, body: DecisionDto): Promise<{ undoId: string; results: readonly Decided[] }> {
    const { bulkId, results } = await this.scoped(principal, (tx) =>
      decideScreening(tx, body.reportIds, body.decision, principal, this.clock.today(), this.tables),
    );
    return { undoId: bulkId, results };
  }

  async undo(principal: Principal, id: string): Promise<{ reportIds: string[] }> {
    return { reportIds: await this.scoped(principal, (tx) => undoScreening(tx, id, principal)) };
  }

  assignees(principal: Principal): Promise<Holder[]> {
    return this.scoped(principal, (tx) => holdersOf(tx, 'reports.screen', principal));
  }

  async assign(principal: Principal, { list, ids, owner, heldBy }: AssignmentDto): Promise<{ ids: string[] }> {
    const ownerId = owner === 'me' ? personOf(principal) : owner;
    return { ids: await this.scoped(principal, (tx) => assignWork(tx, list, ids, ownerId, heldBy)) };
  }
}

const filterOf = (principal: Principal, query: WorklistFilterDto): WorklistFilter => ({
  facilityId: query.facilityId,
  owner: query.owner === 'me' ? personOf(principal) : query.owner,
  reason: query.reason,
  source: query.source,
  site: query.site,
  minAgeDays: query.minAgeDays,
  maxAgeDays: query.maxAgeDays,
  sample: query.sample,
});
