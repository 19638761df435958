import { Inject, Injectable } from '@nestjs/common';
import { type ItemValues } from '@perennial/naaccr';
import { type Principal, type Scoped } from '@perennial/persistence';
import { DomainError, notFound } from '@perennial/problem';
import {
  activateAlgorithm,
  type AlgorithmView,
  currentAlgorithms,
  evaluateStaging,
  installAlgorithm,
  type InstalledAlgorithm,
  listAlgorithms,
  type RegistryTables,
  RUN_VIEW,
  type StagingEvaluation,
  type StagingRunView,
} from '@perennial/records';
import { type Algorithm, codesOf, type HelpText, type SchemaSource } from '@perennial/staging';
import { Clock, SCOPED, TABLES } from '../platform/tokens.js';

export interface SchemaView extends SchemaSource {
  readonly algorithm: string;
  readonly version: string;
  readonly help: HelpText;
}

export interface TableView {
  readonly id: string;
  readonly name: string;
  readonly algorithm: string;
  readonly version: string;
  readonly codes: readonly { readonly code: string; readonly label: string }[];
  readonly help: HelpText;
}

/** What a run changed of one tumor or abstract. */
export interface StagingChangeView {
  readonly entity: 'tumor' | 'abstract';
  readonly id: string;
  readonly patientId: string;
  readonly facilityIds: readonly string[];
  readonly changes: Readonly<Record<string, readonly [string | null, string | null]>>;
}

@Injectable()
export class StagingService {
  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    @Inject(TABLES) private readonly tables: RegistryTables,
    private readonly clock: Clock,
  ) {}

  list(principal: Principal): Promise<AlgorithmView[]> {
    return this.scoped(principal, (tx) => listAlgorithms(tx, this.tables));
  }

  install(principal: Principal, bytes: unknown, preview: boolean): Promise<InstalledAlgorithm> {
    if (!Buffer.isBuffer(bytes) || bytes.length === 0) {
      throw new DomainError('staging.body', 415, 'Send the algorithm file as application/zip.');
    }
    return this.scoped(principal, (tx) =>
      installAlgorithm(tx, bytes, { preview, actor: principal.actor }, this.tables),
    );
  }

  activate(principal: Principal, id: string, preview: boolean): Promise<string> {
    return this.scoped(principal, (tx) => activateAlgorithm(tx, id, { preview, actor: principal.actor }, this.tables));
  }

  runs(principal: Principal): Promise<StagingRunView[]> {
    return this.scoped(principal, (tx) =>
      tx.query<StagingRunView[]>(`SELECT ${RUN_VIEW} FROM staging_run ORDER BY started_at DESC, id LIMIT 100`),
    );
  }

  async run(principal: Principal, id: string): Promise<StagingRunView> {
    const [row] = await this.scoped(principal, (tx) =>
      tx.query<StagingRunView[]>(`SELECT ${RUN_VIEW} FROM staging_run WHERE id = $1`, [id]),
    );
    if (row === undefined) throw notFound('run');
    return row;
  }

  /** Changes of a run within the principal's facilities, by entity and id. */
  async changes(
    principal: Principal,
    runId: string,
    limit: number,
    cursor: string | undefined,
  ): Promise<{ readonly items: readonly StagingChangeView[]; readonly next: string | null }> {
    const [, entity = null, after = null] = /^(tumor|abstract)\.([0-9a-f-]{36})$/.exec(cursor ?? '') ?? [];
    if (cursor !== undefined && entity === null) {
      throw new DomainError('list.cursor', 400, 'This cursor is not one of this list.');
    }
    const rows = await this.scoped(principal, async (tx) => {
      const [run] = await tx.query<unknown[]>(`SELECT id FROM staging_run WHERE id = $1`, [runId]);
      if (run === undefined) throw notFound('run');
      return tx.query<StagingChangeView[]>(
        `SELECT entity, entity_id AS id, patient_id AS "patientId", facility_ids AS "facilityIds", changes FROM staging_change
          WHERE run_id = $1 AND ($2::text IS NULL OR (entity, entity_id) > ($2, $3::uuid)) ORDER BY entity, entity_id LIMIT $4`,
        [runId, entity, after, limit + 1],
      );
    });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, next: rows.length > limit && last !== undefined ? `${last.entity}.${last.id}` : null };
  }

  /** What every current algorithm says of an abstract as it is stored; the one that gives the schema id comes first. */
  ofAbstract(principal: Principal, id: string): Promise<StagingEvaluation[]> {
    return this.scoped(principal, async (tx) => {
      const [row] = await tx.query<{ items: ItemValues }[]>(`SELECT items FROM abstract WHERE id = $1`, [id]);
      if (row === undefined) throw notFound('abstract');
      return this.evaluated(await currentAlgorithms(tx, this.tables), row.items);
    });
  }

  evaluate(principal: Principal, items: Readonly<Record<string, unknown>>): Promise<StagingEvaluation[]> {
    const errors = Object.entries(items).flatMap(([id, value]) =>
      typeof value === 'string' && this.tables.dictionary.byId.has(id)
        ? []
        : [{ pointer: `/items/${id}`, detail: 'is not a NAACCR item with a text' }],
    );
    if (errors.length > 0) {
      throw new DomainError('item.unknown', 422, 'Some items cannot be staged.', { errors });
    }
    return this.scoped(principal, async (tx) =>
      this.evaluated(await currentAlgorithms(tx, this.tables), items as ItemValues),
    );
  }

  private evaluated(algorithms: readonly Algorithm[], items: ItemValues): StagingEvaluation[] {
    const year = Number(this.clock.today().slice(0, 4));
    return algorithms.map((algorithm) => evaluateStaging(algorithm, items, year));
  }

  schemas(principal: Principal, name: string | undefined): Promise<{ id: string; name: string }[]> {
    return this.with(principal, name, ({ source }) =>
      source.schemas.map((schema) => ({ id: schema.id, name: schema.name })),
    );
  }

  schema(principal: Principal, name: string | undefined, id: string): Promise<SchemaView> {
    return this.with(principal, name, (algorithm) => {
      const schema = algorithm.schemas.get(id);
      if (schema === undefined) throw notFound('schema');
      const help = algorithm.source.help?.[`schema:${id}`] ?? {};
      return { algorithm: algorithm.id, version: algorithm.version, ...schema, help };
    });
  }

  table(principal: Principal, name: string | undefined, id: string): Promise<TableView> {
    return this.with(principal, name, (algorithm) => {
      const table = algorithm.tables.get(id);
      if (table === undefined) throw notFound('table');
      return {
        id,
        name: table.title ?? table.name,
        algorithm: algorithm.id,
        version: algorithm.version,
        codes: codesOf(algorithm, id),
        help: algorithm.source.help?.[`table:${id}`] ?? {},
      };
    });
  }

  private with<T>(principal: Principal, name: string | undefined, work: (algorithm: Algorithm) => T): Promise<T> {
    return this.scoped(principal, async (tx) => {
      const all = await currentAlgorithms(tx, this.tables);
      const found = name === undefined ? all[0] : all.find(({ id }) => id === name);
      if (found === undefined) throw notFound('algorithm');
      return work(found);
    });
  }
}
