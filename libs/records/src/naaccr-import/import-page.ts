import { randomUUID } from 'node:crypto';
import { type ItemValues, type RecordType } from '@perennial/naaccr';
import { type EntityManager } from 'typeorm';
import { consolidate, sameTumor } from '../abstracts/consolidate.js';
import { OF_THE_FACILITY } from '../abstracts/consolidated-tumor.js';
import { nextNumbers, sequenceNumber } from '../abstracts/numbers.js';
import { type Candidate, isRealMrn, judgeCandidates, lockKeys, type PatientMatch } from '../intake/identity.js';
import { type Save, saveWithLineage } from '../lineage.js';
import { comparePatients } from '../primaries/compare-patients.js';
import { holdStaging, sameStaging, type Staging } from '../staging/algorithms.js';
import { deriverOf, STAGING_ITEMS } from '../staging/derive.js';
import { type RegistryTables } from '../tables.js';
import { type NewAbstract, type NewRecords, type NewTumor, pick, writeNewRecords } from './new-records.js';
import { abstractsOf, holdersOf, keysOf, type KnownAbstract, People } from './people.js';
import { type PlannedPatient, type PlannedTumor, type Reject, stageOf } from './plan.js';
import { equalItems, KEPT, numberOf, samePerson, sameRecord } from './same-record.js';

/** What became of the records of a page. */
export interface PageOutcome {
  readonly complete: number;
  readonly drafts: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly newPatients: number;
  readonly matchedPatients: number;
  /** Made anew although somebody alike is there: a person compares them. */
  readonly reviewPatients: number;
  readonly rejects: readonly Reject[];
}

export interface PageContext {
  readonly batchId: string;
  readonly actor: string;
  readonly recordType: RecordType;
  readonly tables: RegistryTables;
  /** What the records were staged with when they were planned. */
  readonly plannedStaging: Staging;
  /** `YYYYMMDD`. */
  readonly today: string;
}

/**
 * Take the records of some patients, in sets: patients are found by the identity rules or made, each record becomes an abstract, and
 * a complete one its consolidated tumor. Records of patients that were there before are consolidated one by one.
 *
 * To be called in the transaction that moves the batch's cursor.
 */
export async function importPage(
  tx: EntityManager,
  patients: readonly PlannedPatient[],
  context: PageContext,
): Promise<PageOutcome> {
  const page = new Page(tx, context);
  await page.take(patients.filter(({ tumors }) => tumors.length > 0));
  return page.outcome();
}

class Page {
  private readonly counts = {
    complete: 0,
    drafts: 0,
    updated: 0,
    unchanged: 0,
    newPatients: 0,
    matchedPatients: 0,
    reviewPatients: 0,
  };
  private readonly rejects: Reject[] = [];
  private readonly made: NewRecords = {
    patients: [],
    tumors: [],
    abstracts: [],
    identifiers: [],
    joined: [],
    workItems: [],
    notOfTumors: new Set([...OF_THE_FACILITY, ...STAGING_ITEMS]),
  };
  /** Complete abstracts of patients who were there before. */
  private readonly toConsolidate: NewAbstract[] = [];
  private readonly changes: { readonly known: KnownAbstract; readonly items: ItemValues }[] = [];
  private known = new Map<string, KnownAbstract[]>();
  /** Complete abstracts by their numbers. */
  private holders = new Map<string, KnownAbstract>();

  constructor(
    private readonly tx: EntityManager,
    private readonly context: PageContext,
  ) {}

  outcome(): PageOutcome {
    return { ...this.counts, rejects: this.rejects };
  }

  async take(patients: readonly PlannedPatient[]): Promise<void> {
    if (patients.length === 0) return;
    const { tx } = this;
    await lockKeys(tx, patients.flatMap(keysOf));
    const people = await People.of(tx, patients);
    this.holders = await holdersOf(
      tx,
      patients.flatMap(({ tumors }) =>
        tumors.flatMap(({ facilityId, items, complete }) =>
          complete ? [{ facility: facilityId, accession: items.accessionNumberHosp ?? '' }] : [],
        ),
      ),
    );
    const stored = patients.flatMap((patient, n) => people.candidates(n, patient).map(({ id }) => id));
    const holding = [...this.holders.values()].map(({ patientId }) => patientId);
    this.known = await abstractsOf(tx, [...new Set([...stored, ...holding])]);
    patients.forEach((patient, n) => {
      this.decide(patient, people, n);
    });
    await this.giveCentralNumbers();
    await this.stageTumors();
    await writeNewRecords(tx, this.made, this.context);
    await this.holdPatients();
    for (const { known, items } of this.changes) await this.change(known, items);
    for (const abstract of this.toConsolidate) await this.consolidateOne(abstract);
    await comparePatients(tx, this.withSeveral(), this.context.tables, this.context.today);
  }

  /** Patients whose abstracts and tumors move, before any of these is touched: whoever else works on them goes first, or waits. */
  private async holdPatients(): Promise<void> {
    const ids = [...this.changes.map(({ known }) => known), ...this.toConsolidate].map(({ patientId }) => patientId);
    if (ids.length === 0) return;
    await this.tx.query(`SELECT id FROM consolidated_patient WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`, [ids]);
  }

  /** Patients of the page with more than one abstract, or with one that changed beside others. */
  private withSeveral(): string[] {
    const once = new Set<string>();
    const several = new Set(this.changes.map(({ known }) => known.patientId));
    for (const { patientId } of this.made.abstracts) {
      if (once.has(patientId) || (this.known.get(patientId) ?? []).some(({ revision }) => revision > 0))
        several.add(patientId);
      once.add(patientId);
    }
    return [...several];
  }

  private decide(patient: PlannedPatient, people: People, n: number): void {
    const match = this.matchOf(patient, people.candidates(n, patient));
    const facilities = [...new Set(patient.tumors.map(({ facilityId }) => facilityId))];
    const isNew = match.kind !== 'match';
    const id = match.kind === 'match' ? match.patientId : randomUUID();
    const tumors = patient.tumors.filter((tumor) => this.isTaken(tumor, id));
    if (tumors.length === 0) return;
    for (const item in patient.items) this.made.notOfTumors.add(item);
    if (match.kind === 'match') {
      this.counts.matchedPatients += 1;
      for (const facility of facilities) this.made.joined.push({ patient: id, facility });
    } else {
      this.counts.newPatients += 1;
      this.made.patients.push({ id, items: { ...(patient.items as Record<string, string>) }, facilityIds: facilities });
      people.add(id, patient);
      const [facilityId] = facilities;
      if (match.kind === 'review' && facilityId !== undefined) {
        this.counts.reviewPatients += 1;
        const reason = { why: match.why, candidates: match.candidates };
        this.made.workItems.push({ kind: 'review_patient', entity: 'patient', entityId: id, facilityId, reason });
      }
    }
    const own: NewTumor[] = [];
    for (const tumor of tumors) this.add(tumor, id, isNew ? own : null);
    this.made.tumors.push(...own);
  }

  /** The person by the identity rules, or by a number that their facility gave to the same name and birth date before. */
  private matchOf(patient: PlannedPatient, candidates: readonly Candidate[]): PatientMatch {
    const mrn = patient.tumors[0]?.items.medicalRecordNumber;
    const match = judgeCandidates(candidates, {
      ...patient.items,
      ...(mrn === undefined ? {} : { medicalRecordNumber: mrn }),
    });
    if (match.kind === 'match') return match;
    for (const tumor of patient.tumors) {
      const holder = tumor.complete ? this.holders.get(numberOf(tumor)) : undefined;
      if (holder !== undefined && samePerson(holder.items, patient.items)) {
        return { kind: 'match', patientId: holder.patientId, rule: 'number+name+birth' };
      }
    }
    return match;
  }

  /** Whether a record is to be taken as a new abstract; others are counted, changed or refused here. */
  private isTaken(tumor: PlannedTumor, patientId: string): boolean {
    const { items, facilityId, complete } = tumor;
    const number = numberOf(tumor);
    const known = this.known
      .get(patientId)
      ?.find((one) => one.facilityId === facilityId && sameRecord(one.items, items));
    if (known === undefined) {
      const holder = complete ? this.holders.get(number) : undefined;
      if (holder !== undefined) {
        this.reject(tumor, 'number-taken', holder.revision === 0 ? { inThisFile: true } : { abstractId: holder.id });
        return false;
      }
      // Revision 0: of this page, so it cannot be changed yet.
      const made: KnownAbstract = { id: '', facilityId, patientId, tumorId: null, state: 'draft', items, revision: 0 };
      this.known.set(patientId, [...(this.known.get(patientId) ?? []), made]);
      if (complete) this.holders.set(number, made);
      return true;
    }
    if (equalItems(known.items, items)) this.counts.unchanged += 1;
    else if (known.state === 'withdrawn') this.reject(tumor, 'withdrawn', { abstractId: known.id });
    else if (this.context.recordType !== 'M' || known.revision === 0) {
      this.reject(tumor, 'already-there', known.revision === 0 ? { inThisFile: true } : { abstractId: known.id });
    } else {
      this.counts.updated += 1;
      this.changes.push({ known, items });
    }
    return false;
  }

  private reject({ patient, tumor, line }: PlannedTumor, reason: Reject['reason'], detail: Reject['detail']): void {
    this.rejects.push({ patient, tumor, line, reason, detail });
  }

  /** @param own the tumors of a patient made in this page so far; null when the patient was there before. */
  private add(tumor: PlannedTumor, patientId: string, own: NewTumor[] | null): void {
    const { facilityId, items, complete } = tumor;
    const abstract: NewAbstract = {
      id: randomUUID(),
      facilityId,
      patientId,
      tumorId: null,
      state: complete ? 'complete' : 'draft',
      items,
      planned: tumor,
    };
    this.made.abstracts.push(abstract);
    if (isRealMrn(items.medicalRecordNumber)) {
      this.made.identifiers.push({ patient: patientId, facility: facilityId, number: items.medicalRecordNumber });
    }
    if (!complete) {
      this.counts.drafts += 1;
      return;
    }
    this.counts.complete += 1;
    if (own === null || own.some((one) => sameTumor(one.items, items))) {
      this.toConsolidate.push(abstract);
      return;
    }
    const made: NewTumor = {
      id: randomUUID(),
      patientId,
      facilityIds: [facilityId],
      items: {
        ...pick(items, ['primarySite', 'histologicTypeIcdO3', 'behaviorCodeIcdO3', 'laterality', 'dateOfDiagnosis']),
        ...pick(items, ['sequenceNumberCentral']),
      },
      planned: tumor,
      staged: tumor.staged,
    };
    own.push(made);
    abstract.tumorId = made.id;
  }

  /** Patient ID number (20) and central sequence number (380) of new patients, where the registry gives them. */
  private async giveCentralNumbers(): Promise<void> {
    if (this.context.tables.registry.kind !== 'central') return;
    const taken = new Map<string, NewTumor['items'][]>();
    for (const { patientId, items } of this.made.tumors) {
      const others = taken.get(patientId) ?? [];
      if (items.sequenceNumberCentral === undefined) {
        const { number, renumber } = sequenceNumber(
          items,
          others.flatMap((one) => one.sequenceNumberCentral ?? []),
        );
        items.sequenceNumberCentral = number;
        // The only primary so far becomes the first of several.
        const first = others.find((one) => one.sequenceNumberCentral === renumber?.from);
        if (first !== undefined && renumber !== null) first.sequenceNumberCentral = renumber.to;
      }
      taken.set(patientId, [...others, items]);
    }
    const numbered = this.made.patients.filter(({ id }) => taken.has(id));
    // What a facility numbers its patients with stays on its abstract.
    for (const { items } of this.made.patients) delete items.patientIdNumber;
    if (numbered.length === 0) return;
    let next = await nextNumbers(this.tx, 'patient-id', numbered.length);
    for (const { items } of numbered) items.patientIdNumber = String(next++).padStart(8, '0');
  }

  /** The new tumors were staged when they were planned; where an algorithm was installed since, they are again. */
  private async stageTumors(): Promise<void> {
    if (this.made.tumors.length === 0) return;
    const { tables, plannedStaging } = this.context;
    const staging = await holdStaging(this.tx, tables);
    if (sameStaging(staging, plannedStaging)) return;
    const stage = deriverOf(staging, tables);
    for (const tumor of this.made.tumors) tumor.staged = stageOf(tumor.planned.ofTumor, stage);
  }

  private async consolidateOne(abstract: NewAbstract): Promise<void> {
    const { tumorId } = await consolidate(
      this.tx,
      { ...abstract, revision: 1 },
      1,
      this.context.actor,
      this.context.tables,
    );
    await this.tx.query(`UPDATE abstract SET tumor_id = $2 WHERE id = $1`, [abstract.id, tumorId]);
  }

  /** A record of a file of modified records: it says all there is to say, so what it does not hold goes. */
  private async change(known: KnownAbstract, items: ItemValues): Promise<void> {
    const { tx } = this;
    const { actor, batchId, tables } = this.context;
    const next = items as Record<string, string>;
    const gone = Object.keys(known.items).filter((id) => !(id in next) && !KEPT.has(id));
    const patch = { ...Object.fromEntries(gone.map((id) => [id, null])), ...next };
    const save: Save = { actor, origin: { kind: 'batch', batchId } };
    const row = { ...known, facilityIds: [known.facilityId] };
    const revision = await saveWithLineage(tx, 'abstract', row, patch, save);
    if (revision === null) throw new Error('abstract moved while its person was locked');
    if (known.state !== 'complete') return;
    const kept = Object.entries(known.items as Record<string, string>).filter(([id]) => KEPT.has(id));
    const now: ItemValues = { ...Object.fromEntries(kept), ...next };
    const { tumorId } = await consolidate(tx, { ...known, items: now, revision }, revision, actor, tables);
    await tx.query(`UPDATE abstract SET tumor_id = $2 WHERE id = $1`, [known.id, tumorId]);
  }
}
