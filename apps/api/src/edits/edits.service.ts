import { Inject, Injectable } from '@nestjs/common';
import { CATALOG, editsOfSet, itemsOf, type NotRun, runEdits, SETS, setsOfEdit, type Severity } from '@perennial/edits';
import { type Principal, type Scoped } from '@perennial/persistence';
import { DomainError, notFound } from '@perennial/problem';
import {
  asPatientRecord,
  cancelRunOfStored,
  judgeItems,
  keyed,
  type KeyedFinding,
  liveFindings,
  proposeVersion,
  recordReview,
  type RegistryTables,
  setInUse,
  startRunOfStored,
  takeVersion,
  useOf,
  withdrawReview,
} from '@perennial/records';
import { Clock, SCOPED, TABLES } from '../platform/tokens.js';
import {
  type ListEditsDto,
  type ListFindingsDto,
  type ReviewDto,
  type RunEditsDto,
  type SelectionDto,
  type SetVersionDto,
} from './dto.js';

export interface EditView {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly tag: string | null;
  readonly severity: Severity;
  /** D = drafted: check it before calling it equivalent to the standard edit. */
  readonly basis: 'P' | 'D';
  readonly level: 'field' | 'tumor' | 'patient';
  readonly items: readonly string[];
  readonly logic: string;
  readonly message: string;
  readonly override: { readonly item: string; readonly values: readonly string[] } | null;
  readonly sets: readonly string[];
}

export interface SetView {
  readonly id: string;
  readonly title: string;
  readonly versions: readonly { readonly version: string; readonly note: string; readonly edits: number }[];
  /** As the registry uses it. */
  readonly inUse: {
    readonly version: string;
    readonly edits: number;
    readonly off: readonly string[];
    readonly severity: Readonly<Record<string, Severity>>;
    readonly notRun: readonly NotRun[];
  };
}

export interface FindingView {
  readonly id: string;
  readonly entity: string;
  readonly entityId: string;
  readonly patientId: string;
  readonly edit: string;
  readonly name: string;
  readonly message: string;
  readonly severity: Severity;
  readonly items: readonly string[];
  readonly key: string;
  readonly state: string;
  readonly foundAt: string;
}

export interface ReviewView {
  readonly id: string;
  readonly edit: string;
  readonly key: string;
  readonly reason: string;
  readonly reviewedBy: string;
  readonly reviewedAt: string;
  readonly withdrawnAt: string | null;
}

export interface RunView {
  readonly id: string;
  readonly kind: string;
  readonly setVersionId: string | null;
  readonly selection: unknown;
  readonly state: string;
  /** Patients done and in all; `total` is null until the run began. */
  readonly done: number;
  readonly total: number | null;
  /** Of a run: cases, failed, byEdit. Of an impact report: cases, newlyFailing, newlyPassing, newByEdit, goneByEdit, samples. */
  readonly counts: unknown;
  readonly requestedAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

export interface SetVersionView {
  readonly id: string;
  readonly set: string;
  readonly baseVersion: string;
  readonly off: readonly string[];
  readonly severity: Readonly<Record<string, Severity>>;
  readonly note: string;
  readonly state: string;
  readonly proposedAt: string;
  readonly takenAt: string | null;
}

const RUN = `id, kind, set_version_id AS "setVersionId", selection, state, done, total, counts, requested_at AS "requestedAt", started_at AS "startedAt", finished_at AS "finishedAt"`;
const SET_VERSION = `id, edit_set AS "set", base_version AS "baseVersion", off, severity, note, state, proposed_at AS "proposedAt", taken_at AS "takenAt"`;

const VIEWS: readonly EditView[] = CATALOG.map((edit) => ({
  id: edit.id,
  version: edit.version,
  name: edit.name,
  tag: edit.tag ?? null,
  severity: edit.severity,
  basis: edit.basis,
  level: edit.level,
  items: itemsOf(edit),
  logic: edit.logic,
  message: edit.message,
  override: edit.override ?? null,
  sets: setsOfEdit(edit.id),
}));
const BY_ID = new Map(VIEWS.map((view) => [view.id, view]));

@Injectable()
export class EditsService {
  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
    private readonly clock: Clock,
  ) {}

  catalog({ set, item }: ListEditsDto): readonly EditView[] {
    return VIEWS.filter(
      (view) => (set === undefined || view.sets.includes(set)) && (item === undefined || view.items.includes(item)),
    );
  }

  edit(id: string): EditView {
    const view = BY_ID.get(id);
    if (view === undefined) throw notFound('edit');
    return view;
  }

  sets(principal: Principal): Promise<SetView[]> {
    return this.scoped(principal, async (tx) => {
      const views: SetView[] = [];
      for (const { id, title, versions } of SETS) {
        const use = await useOf(tx, id);
        const set = await setInUse(tx, this.tables.edits, id);
        views.push({
          id,
          title,
          versions: versions.map(({ version, note }) => ({ version, note, edits: editsOfSet(id, version).length })),
          inUse: {
            version: set.version,
            edits: set.edits.length,
            off: use?.off ?? [],
            severity: use?.severity ?? {},
            notRun: set.notRun,
          },
        });
      }
      return views;
    });
  }

  /** Dry run. Values that no item can hold are refused; anything else is judged. */
  run(principal: Principal, { items, tumors, set }: RunEditsDto): Promise<readonly KeyedFinding[]> {
    for (const record of [items, ...(tumors ?? [])])
      judgeItems(
        this.tables.dictionary,
        Object.fromEntries(Object.entries(record).filter(([, value]) => typeof value !== 'string')),
      );
    const today = this.clock.today();
    return this.scoped(principal, async (tx) => {
      if (set === undefined && tumors === undefined) return liveFindings(tx, null, items, today, this.tables);
      const chosen = await setInUse(tx, this.tables.edits, set ?? (tumors === undefined ? 'hospital' : 'central'));
      const record = tumors === undefined ? asPatientRecord(this.tables.dictionary, items) : { items, tumors };
      return keyed(runEdits(chosen, record, today), new Set());
    });
  }

  async findings(
    principal: Principal,
    { edit, severity, state, patientId, limit, cursor }: ListFindingsDto,
  ): Promise<{ items: FindingView[]; next: string | null }> {
    const rows = await this.scoped(principal, (tx) =>
      tx.query<(Omit<FindingView, 'foundAt' | 'name' | 'message'> & { foundAt: Date })[]>(
        `SELECT id::text, entity, entity_id AS "entityId", patient_id AS "patientId", edit, severity, items, key, state, found_at AS "foundAt" FROM edit_finding
          WHERE state = $1 AND ($2::text IS NULL OR edit = $2) AND ($3::text IS NULL OR severity = $3) AND ($4::uuid IS NULL OR patient_id = $4)
            AND ($5::bigint IS NULL OR id > $5) ORDER BY id LIMIT $6`,
        [state, edit ?? null, severity ?? null, patientId ?? null, cursor ?? null, limit + 1],
      ),
    );
    const items = rows.slice(0, limit).map((row) => ({
      ...row,
      name: BY_ID.get(row.edit)?.name ?? row.edit,
      message: BY_ID.get(row.edit)?.message ?? '',
      foundAt: row.foundAt.toISOString(),
    }));
    return { items, next: rows.length > limit ? (items[items.length - 1]?.id ?? null) : null };
  }

  /** Open findings by edit: what there is to do. */
  summary(principal: Principal): Promise<{ edit: string; severity: Severity; cases: number; patients: number }[]> {
    return this.scoped(principal, (tx) =>
      tx.query(
        `SELECT edit, severity, count(DISTINCT entity_id)::int AS cases, count(DISTINCT patient_id)::int AS patients FROM edit_finding WHERE state = 'open' GROUP BY 1, 2 ORDER BY 3 DESC, 1`,
      ),
    );
  }

  async review(principal: Principal, body: ReviewDto): Promise<{ id: string }> {
    const id = await this.scoped(principal, (tx) => recordReview(tx, body, principal, this.clock.today(), this.tables));
    return { id };
  }

  async reviews(principal: Principal, entityId: string): Promise<ReviewView[]> {
    return this.scoped(principal, (tx) =>
      tx.query(
        `SELECT id, edit, key, reason, reviewed_by AS "reviewedBy", reviewed_at AS "reviewedAt", withdrawn_at AS "withdrawnAt" FROM edit_review WHERE entity_id = $1 ORDER BY reviewed_at DESC, id LIMIT 200`,
        [entityId],
      ),
    );
  }

  withdraw(principal: Principal, id: string): Promise<void> {
    return this.scoped(principal, (tx) => withdrawReview(tx, id, principal.actor));
  }

  async startRun(principal: Principal, selection: SelectionDto): Promise<{ id: string }> {
    const id = await this.scoped(principal, (tx) =>
      startRunOfStored(tx, { kind: 'rerun', selection }, principal, this.clock.today()),
    );
    return { id };
  }

  runs(principal: Principal): Promise<RunView[]> {
    return this.scoped(principal, (tx) =>
      tx.query(`SELECT ${RUN} FROM edit_run ORDER BY requested_at DESC, id LIMIT 100`),
    );
  }

  async oneRun(principal: Principal, id: string): Promise<RunView> {
    const [row] = await this.scoped(principal, (tx) =>
      tx.query<RunView[]>(`SELECT ${RUN} FROM edit_run WHERE id = $1`, [id]),
    );
    if (row === undefined) throw notFound('run');
    return row;
  }

  cancelRun(principal: Principal, id: string): Promise<void> {
    return this.scoped(principal, (tx) => cancelRunOfStored(tx, id));
  }

  async propose(principal: Principal, body: SetVersionDto): Promise<{ id: string }> {
    const severity = body.severity ?? {};
    const wrong = Object.entries(severity).find(([, value]) => value !== 'error' && value !== 'warning');
    if (wrong !== undefined)
      throw new DomainError('edits.severity', 422, 'A severity is error or warning.', {
        errors: [{ pointer: `/severity/${wrong[0]}`, detail: 'takes error or warning' }],
      });
    const id = await this.scoped(principal, (tx) =>
      proposeVersion(
        tx,
        { editSet: body.set, baseVersion: body.baseVersion, off: body.off ?? [], severity, note: body.note ?? '' },
        principal.actor,
        this.tables,
      ),
    );
    return { id };
  }

  setVersions(principal: Principal): Promise<SetVersionView[]> {
    return this.scoped(principal, (tx) =>
      tx.query(`SELECT ${SET_VERSION} FROM edit_set_version ORDER BY proposed_at DESC, id LIMIT 200`),
    );
  }

  async impact(principal: Principal, setVersionId: string): Promise<{ id: string }> {
    const id = await this.scoped(principal, async (tx) => {
      const [known] = await tx.query<{ id: string }[]>(`SELECT id FROM edit_set_version WHERE id = $1`, [setVersionId]);
      if (known === undefined) throw notFound('set version');
      return startRunOfStored(tx, { kind: 'impact', setVersionId, selection: {} }, principal, this.clock.today());
    });
    return { id };
  }

  take(principal: Principal, id: string): Promise<void> {
    return this.scoped(principal, (tx) => takeVersion(tx, id, principal.actor));
  }
}
