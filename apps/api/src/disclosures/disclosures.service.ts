import { Inject, Injectable } from '@nestjs/common';
import { inScope, type Principal, type Scoped } from '@perennial/persistence';
import { DomainError, notFound } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { type Page, readCursor, stampOf, toPage } from '../platform/paging.js';
import { Clock, SCOPED } from '../platform/tokens.js';
import { type Basis, type BasisDetail, type CONTENTS, judgeBasis } from './bases.js';
import { type CreateDisclosureDto, type ListDisclosuresDto } from './dto.js';

export interface DisclosureView {
  readonly id: string;
  readonly number: number;
  readonly facilityId: string | null;
  readonly patientId: string;
  readonly basis: Basis;
  readonly basisDetail: BasisDetail;
  readonly recipient: string;
  readonly recipientAddress: string;
  readonly purpose: string;
  readonly contents: readonly (keyof typeof CONTENTS)[];
  readonly abstractIds: readonly string[];
  readonly disclosedOn: string;
  readonly recordedBy: string;
  readonly recordedAt: string;
  readonly voidedAt: string | null;
  readonly voidReason: string | null;
}

/** What a print of a disclosure says beside it: who and where, as far as the reader may know. */
export interface PrintView extends DisclosureView {
  readonly facilityName: string | null;
  readonly recorderName: string | null;
  readonly patientName: string | null;
  readonly patientBirthDate: string | null;
}

const COLUMNS = `d.id, d.number::int AS number, d.facility_id AS "facilityId", d.patient_id AS "patientId", d.basis, d.basis_detail AS "basisDetail", d.recipient,
  d.recipient_address AS "recipientAddress", d.purpose, d.contents, d.abstract_ids AS "abstractIds", to_char(d.disclosed_on, 'YYYY-MM-DD') AS "disclosedOn",
  d.recorded_by AS "recordedBy", ${stampOf('d.recorded_at')} AS "recordedAt", d.voided_at AS "voidedAt", d.void_reason AS "voidReason"`;
/** A consolidated name where it may be read, the facility's own otherwise. */
const WITH_NAMES = `${COLUMNS}, f.name AS "facilityName", u.name AS "recorderName",
  coalesce(c.items->>'nameLast', o.name_last) || ', ' || coalesce(c.items->>'nameFirst', o.name_first, '') AS "patientName", coalesce(c.birth_date, o.birth_date) AS "patientBirthDate"
  FROM disclosure d LEFT JOIN facility f ON f.id = d.facility_id LEFT JOIN app_user u ON d.recorded_by = 'user:' || u.id
  LEFT JOIN consolidated_patient c ON c.id = d.patient_id
  LEFT JOIN LATERAL (SELECT * FROM facility_patient p WHERE p.patient_id = d.patient_id LIMIT 1) o ON true`;

/** Disclosures of patients' information on a legal ground. Recorded once, never edited; a wrong one is voided and stays. */
@Injectable()
export class DisclosuresService {
  constructor(
    @Inject(SCOPED) private readonly scoped: Scoped,
    private readonly clock: Clock,
  ) {}

  async list(principal: Principal, query: ListDisclosuresDto): Promise<Page<DisclosureView>> {
    const cursor = readCursor(query.cursor);
    const rows = await this.scoped(principal, (tx) =>
      tx.query<DisclosureView[]>(
        `SELECT ${COLUMNS} FROM disclosure d
          WHERE ${inScope(principal, 'd.facility_id')} AND ($1::uuid IS NULL OR d.patient_id = $1)
            AND ($2::timestamptz IS NULL OR (d.recorded_at, d.id) < ($2, $3::uuid)) ORDER BY d.recorded_at DESC, d.id DESC LIMIT $4`,
        [query.patientId ?? null, cursor?.at ?? null, cursor?.id ?? null, query.limit + 1],
      ),
    );
    return toPage(rows, query.limit, (row) => row.recordedAt);
  }

  one(principal: Principal, id: string): Promise<DisclosureView> {
    return this.scoped(principal, (tx) => find(tx, id));
  }

  /** @throws DomainError 404 for a patient, abstract or facility out of scope; 422 with what the legal basis lacks. */
  create(principal: Principal, body: CreateDisclosureDto): Promise<DisclosureView> {
    const facilityId = body.facilityId ?? (principal.allFacilities ? null : (principal.facilityIds[0] ?? null));
    if (facilityId !== null && !principal.allFacilities && !principal.facilityIds.includes(facilityId))
      throw notFound('facility');
    if (body.facilityId === undefined && !principal.allFacilities && principal.facilityIds.length > 1)
      throw new DomainError('disclosure.facility', 422, 'Name the facility that disclosed.', {
        errors: [{ pointer: '/facilityId', detail: 'is needed where you act for several facilities' }],
      });
    return this.scoped(principal, async (tx) => {
      const abstractIds = body.abstractIds ?? [];
      const [known] = await tx.query<{ patient: boolean; facility: boolean; abstracts: number }[]>(
        `SELECT EXISTS (SELECT FROM patient WHERE id = $1) AS patient, $2::uuid IS NULL OR EXISTS (SELECT FROM facility WHERE id = $2) AS facility,
                (SELECT count(*)::int FROM abstract WHERE id = ANY($3) AND patient_id = $1) AS abstracts`,
        [body.patientId, facilityId, abstractIds],
      );
      if (known?.patient !== true) throw notFound('patient');
      if (!known.facility) throw notFound('facility');
      if (known.abstracts !== abstractIds.length) throw notFound('abstract');
      const today = this.clock.today().replace(/(\d{4})(\d{2})(\d{2})/, '$1-$2-$3');
      const errors = judgeBasis(body.basis, body.basisDetail, body.disclosedOn, today);
      if (errors.length > 0)
        throw new DomainError('disclosure.basis', 422, 'The legal basis is not whole.', { errors });
      const [row] = await tx.query<{ id: string }[]>(
        `INSERT INTO disclosure (facility_id, patient_id, basis, basis_detail, recipient, recipient_address, purpose, contents, abstract_ids, disclosed_on, recorded_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
        [
          facilityId,
          body.patientId,
          body.basis,
          JSON.stringify(body.basisDetail),
          body.recipient,
          body.recipientAddress,
          body.purpose,
          body.contents,
          abstractIds,
          body.disclosedOn,
          principal.actor,
        ],
      );
      return find(tx, row?.id ?? '');
    });
  }

  void(principal: Principal, id: string, reason: string): Promise<DisclosureView> {
    return this.scoped(principal, async (tx) => {
      const { voidedAt } = await find(tx, id);
      if (voidedAt !== null) throw new DomainError('disclosure.voided', 409, 'This entry is void already.');
      await tx.query(`UPDATE disclosure SET voided_at = now(), voided_by = $2, void_reason = $3 WHERE id = $1`, [
        id,
        principal.actor,
        reason,
      ]);
      return find(tx, id);
    });
  }

  /** One entry as it is printed. */
  print(principal: Principal, id: string): Promise<PrintView> {
    return this.scoped(principal, async (tx) => {
      const [row] = await tx.query<PrintView[]>(`SELECT ${WITH_NAMES} WHERE d.id = $1`, [id]);
      if (row === undefined) throw notFound('disclosure');
      return row;
    });
  }

  /** Every disclosure of a patient within scope, as it is printed: the accounting that a patient may ask for (45 CFR 164.528). */
  accounting(principal: Principal, patientId: string): Promise<PrintView[]> {
    return this.scoped(principal, async (tx) => {
      const [patient] = await tx.query<unknown[]>(`SELECT FROM patient WHERE id = $1`, [patientId]);
      if (patient === undefined) throw notFound('patient');
      return tx.query<PrintView[]>(
        `SELECT ${WITH_NAMES} WHERE d.patient_id = $1 AND d.voided_at IS NULL ORDER BY d.disclosed_on, d.number`,
        [patientId],
      );
    });
  }
}

async function find(tx: EntityManager, id: string): Promise<DisclosureView> {
  const [row] = await tx.query<DisclosureView[]>(`SELECT ${COLUMNS} FROM disclosure d WHERE d.id = $1`, [id]);
  if (row === undefined) throw notFound('disclosure');
  return row;
}
