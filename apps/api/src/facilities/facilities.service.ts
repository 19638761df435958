import { Inject, Injectable } from '@nestjs/common';
import { type Principal, type Scoped, systemPrincipal } from '@perennial/persistence';
import { DomainError, notFound, stale } from '@perennial/problem';
import { intakeWaiting, isNpi, namesWithoutFacility, rerunMessages } from '@perennial/records';
import { type EntityManager } from 'typeorm';
import { SCOPED } from '../platform/tokens.js';
import { type AliasDto, type ChangeFacilityDto, type FacilityDto } from './dto.js';

export interface FacilityView {
  readonly id: string;
  readonly name: string;
  readonly facilityNumber: string;
  readonly npi: string | null;
  /** Since when nothing new is taken for it. */
  readonly retiredAt: Date | null;
  readonly revision: number;
}

/** What a sender calls a facility. */
export interface AliasView {
  readonly id: string;
  readonly field: 'MSH-4' | 'PID-3' | 'ORC-21';
  readonly value: string;
}

type Name = Pick<AliasView, 'field' | 'value'>;

export interface FacilityDetail extends FacilityView {
  readonly aliases: readonly AliasView[];
  /** Roles of people that are held there. */
  readonly people: number;
  /** Tokens that work. */
  readonly tokens: number;
}

export interface WaitingView {
  /** Counts stop after 1,000. */
  readonly failed: { readonly count: number; readonly oldest: Date | null };
  readonly unassigned: { readonly count: number; readonly oldest: Date | null };
  readonly names: readonly {
    readonly field: AliasView['field'];
    readonly value: string;
    readonly messages: number;
    readonly oldest: Date;
    /** The facility that the name means now: it is out of use, or the sender may not report for it. */
    readonly facilityId: string | null;
  }[];
}

const VIEW = `f.id, f.name, f.facility_number AS "facilityNumber", f.npi, f.retired_at AS "retiredAt", f.revision`;
/** Administrators read no message: the platform looks into those that wait, and tells names and counts alone. */
const INTAKE = systemPrincipal('intake');

const taken = (): DomainError =>
  new DomainError('facility.number-taken', 409, 'A facility with this number exists.', {
    errors: [{ pointer: '/facilityNumber', detail: 'is the number of another facility' }],
  });

function judgeNpi(npi: string | undefined): void {
  if (npi !== undefined && npi !== '' && !isNpi(npi))
    throw new DomainError('facility.npi', 422, 'This is no NPI.', {
      errors: [{ pointer: '/npi', detail: 'is no NPI: the check digit is wrong' }],
    });
}

@Injectable()
export class FacilitiesService {
  constructor(@Inject(SCOPED) private readonly scoped: Scoped) {}

  list(principal: Principal): Promise<FacilityView[]> {
    return this.scoped(principal, (tx) => tx.query(`SELECT ${VIEW} FROM facility f ORDER BY f.name, f.id`));
  }

  details(principal: Principal): Promise<FacilityDetail[]> {
    return this.scoped(principal, (tx) =>
      tx.query(
        `SELECT ${VIEW}, coalesce(a.aliases, '[]') AS aliases, coalesce(g.n, 0) AS people, coalesce(t.n, 0) AS tokens
           FROM facility f
           LEFT JOIN (SELECT facility_id, json_agg(json_build_object('id', id, 'field', field, 'value', value) ORDER BY field, value) AS aliases
                        FROM facility_alias GROUP BY facility_id) a ON a.facility_id = f.id
           LEFT JOIN (SELECT facility_id, count(DISTINCT user_id)::int AS n FROM user_grant GROUP BY facility_id) g ON g.facility_id = f.id
           LEFT JOIN (SELECT facility_id, count(*)::int AS n FROM api_token WHERE revoked_at IS NULL AND expires_at > now() GROUP BY facility_id) t
                  ON t.facility_id = f.id
          ORDER BY f.name, f.id`,
      ),
    );
  }

  async waiting(): Promise<WaitingView> {
    return this.scoped(INTAKE, async (tx) => {
      const names = await namesWithoutFacility(tx);
      const known = await tx.query<{ name: string; id: string }[]>(
        `SELECT field || '|' || value AS name, facility_id AS id FROM facility_alias WHERE value = ANY($1::text[])`,
        [names.map(({ value }) => value)],
      );
      const byName = new Map(known.map(({ name, id }) => [name, id]));
      return {
        ...(await intakeWaiting(tx)),
        names: names.map(({ field, value, messageIds, oldest }) => ({
          field,
          value,
          messages: messageIds.length,
          oldest,
          facilityId: byName.get(`${field}|${value}`) ?? null,
        })),
      };
    });
  }

  async create(principal: Principal, { name, facilityNumber, npi }: FacilityDto): Promise<{ id: string }> {
    judgeNpi(npi);
    const [row] = await this.scoped(principal, (tx) =>
      tx.query<{ id: string }[]>(
        `INSERT INTO facility (name, facility_number, npi) VALUES ($1, $2, nullif($3, '')) ON CONFLICT (facility_number) DO NOTHING RETURNING id`,
        [name, facilityNumber, npi ?? ''],
      ),
    );
    if (row === undefined) throw taken();
    return row;
  }

  /**
   * Change a facility. Once it is used again, the messages that waited for it are run again.
   *
   * @throws DomainError 404, 409 for a number of another facility, 412 when somebody changed it since.
   */
  async change(
    principal: Principal,
    id: string,
    revision: number,
    { name, facilityNumber, npi, retired }: ChangeFacilityDto,
  ): Promise<{ revision: number }> {
    judgeNpi(npi);
    const names = await this.scoped(principal, async (tx) => {
      const [now] = await tx.query<{ revision: number }[]>(`SELECT revision FROM facility WHERE id = $1 FOR UPDATE`, [
        id,
      ]);
      if (now === undefined) throw notFound('facility');
      if (now.revision !== revision) throw stale(now.revision);
      if (facilityNumber !== undefined) {
        const other = await tx.query<unknown[]>(`SELECT FROM facility WHERE facility_number = $1 AND id <> $2`, [
          facilityNumber,
          id,
        ]);
        if (other.length > 0) throw taken();
      }
      await tx.query(
        `UPDATE facility SET name = coalesce($2, name), facility_number = coalesce($3, facility_number),
                npi = CASE WHEN $4::text IS NULL THEN npi ELSE nullif($4, '') END,
                retired_at = CASE WHEN $5::boolean IS NULL THEN retired_at WHEN $5 THEN coalesce(retired_at, now()) END, revision = revision + 1
          WHERE id = $1`,
        [id, name ?? null, facilityNumber ?? null, npi ?? null, retired ?? null],
      );
      return tx.query<Name[]>(`SELECT field, value FROM facility_alias WHERE facility_id = $1`, [id]);
    });
    if (retired === false) await this.rerun(names);
    return { revision: revision + 1 };
  }

  /** @throws DomainError 404, 409 when the name means another facility and is not to be moved. */
  async alias(
    principal: Principal,
    id: string,
    { field, value: typed, move = false }: AliasDto,
  ): Promise<AliasView & { readonly rerun: number }> {
    const value = typed.trim();
    if (value === '')
      throw new DomainError('alias.empty', 422, 'A name is needed.', {
        errors: [{ pointer: '/value', detail: 'has no letters' }],
      });
    const alias = await this.scoped(principal, async (tx) => {
      await assertKnown(tx, id);
      const [held] = await tx.query<{ name: string }[]>(
        `SELECT f.name FROM facility_alias a JOIN facility f ON f.id = a.facility_id WHERE a.field = $1 AND a.value = $2 AND a.facility_id <> $3`,
        [field, value, id],
      );
      if (held !== undefined && !move)
        throw new DomainError('alias.taken', 409, `${field} ${value} means ${held.name} now.`, {
          errors: [{ pointer: '/value', detail: `means ${held.name} now` }],
        });
      const [row] = await tx.query<AliasView[]>(
        `INSERT INTO facility_alias (facility_id, field, value) VALUES ($1, $2, $3)
         ON CONFLICT (field, value) DO UPDATE SET facility_id = excluded.facility_id RETURNING id, field, value`,
        [id, field, value],
      );
      if (row === undefined) throw new Error('facilities: an insert returned no name');
      return row;
    });
    const rerun = await this.rerun([alias]);
    return { ...alias, rerun };
  }

  /**
   * Run the messages again that wait under some names. A transaction of its own, as the platform: should it not come to it, they wait as
   * before and can be run again. @returns how many.
   */
  private rerun(names: readonly Name[]): Promise<number> {
    return this.scoped(INTAKE, async (tx) => {
      const waiting = await namesWithoutFacility(tx);
      const ids = waiting
        .filter((one) => names.some(({ field, value }) => one.field === field && one.value === value))
        .flatMap(({ messageIds }) => messageIds);
      return ids.length === 0 ? 0 : (await rerunMessages(tx, [...new Set(ids)])).length;
    });
  }

  async forget(principal: Principal, id: string, aliasId: string): Promise<void> {
    const [gone] = await this.scoped(principal, (tx) =>
      tx.query<[unknown[], number]>(`DELETE FROM facility_alias WHERE id = $2 AND facility_id = $1 RETURNING id`, [
        id,
        aliasId,
      ]),
    );
    if (gone.length === 0) throw notFound('name');
  }
}

async function assertKnown(tx: EntityManager, id: string): Promise<void> {
  const [row] = await tx.query<unknown[]>(`SELECT FROM facility WHERE id = $1`, [id]);
  if (row === undefined) throw notFound('facility');
}
