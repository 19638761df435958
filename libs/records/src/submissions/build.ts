import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import {
  createNaaccrWriter,
  type Dictionary,
  type ItemValues,
  type PatientRecord,
  type RecordType,
} from '@perennial/naaccr';
import { type Principal, type Scoped } from '@perennial/persistence';
import { DomainError } from '@perennial/problem';
import { itemsOf } from '../dictionaries/user-dictionaries.js';
import { asPatientRecord, type RegistryTables } from '../tables.js';
import { checkRecords } from './check-records.js';
import { type FrozenRecord, frozenPage } from './frozen-records.js';
import { findProfile, type SubmissionProfile } from './profiles.js';

const PAGE = 500;

interface SubmissionRow {
  readonly id: string;
  readonly profile: string;
  readonly state: string;
  readonly frozen_at: Date;
  readonly record_count: number;
  readonly facility_id: string | null;
  readonly user_dictionary_ids: readonly string[];
}

export interface BuiltFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a manifest says: what was sent, what was held and why, all times being the freeze time. */
export interface Manifest {
  readonly submission: string;
  readonly profile: string;
  readonly profileVersion: string;
  readonly frozenAt: string;
  readonly dictionary: string;
  /** Dictionaries beyond the standard whose items the files may hold. */
  readonly userDictionaries: readonly string[];
  readonly records: number;
  readonly patients: number;
  readonly held: number;
  readonly heldByEdit: Readonly<Record<string, number>>;
  readonly byDiagnosisYear: Readonly<Record<string, number>>;
  readonly byBehavior: Readonly<Record<string, number>>;
  readonly bySex: Readonly<Record<string, number>>;
  readonly itemsWithheld: number;
  readonly files: readonly BuiltFile[];
}

/**
 * Bring a frozen submission to `sent`: edits on exactly the frozen records, NAACCR XML, gzip, manifest, delivery to a folder, and only
 * then the mark of what was sent, in one transaction. Each step is remembered; killed anywhere, it goes on from the last one and gives
 * the same bytes.
 *
 * Only one run at a time: a queue that believes its worker dead starts a second one, and two must not write the same files. The lock goes
 * with its connection, so a killed run holds nobody up.
 *
 * @returns the state it came to: `sent`, or `held` when too many records failed edits.
 * @throws DomainError 409 while another run is at it; the queue tries again.
 */
export const buildAndDeliver = (
  scoped: Scoped,
  principal: Principal,
  submissionId: string,
  outboundDir: string,
  tables: RegistryTables,
): Promise<string> =>
  scoped(principal, async (guard) => {
    const [lock] = await guard.query<{ free: boolean }[]>(
      `SELECT pg_try_advisory_xact_lock(hashtextextended('submission ' || $1, 0)) AS free`,
      [submissionId],
    );
    if (lock?.free !== true) throw new DomainError('submission.busy', 409, 'This submission is being built.');
    return deliver(scoped, principal, submissionId, outboundDir, tables);
  });

async function deliver(
  scoped: Scoped,
  principal: Principal,
  submissionId: string,
  outboundDir: string,
  tables: RegistryTables,
): Promise<string> {
  const submission = await scoped(
    principal,
    async (tx) =>
      (
        await tx.query<SubmissionRow[]>(
          `SELECT id, profile, state, frozen_at, record_count, facility_id, user_dictionary_ids FROM submission WHERE id = $1`,
          [submissionId],
        )
      )[0],
  );
  const profile = submission === undefined ? undefined : findProfile(submission.profile);
  if (submission === undefined || profile === undefined) return 'missing';
  if (!['frozen', 'checked', 'built'].includes(submission.state)) return submission.state;
  if (submission.state === 'frozen') {
    const today = daysOf(submission.frozen_at);
    const state = await scoped(principal, (tx) =>
      checkRecords(tx, submission.id, submission.record_count, profile, today, tables),
    );
    if (state === 'held') return state;
  }
  const folder = path.resolve(outboundDir, profile.id, submission.id);
  const manifest = await writeFiles(scoped, principal, submission, profile, folder, tables);
  await scoped(principal, async (tx) => {
    await tx.query(
      `UPDATE submission SET state = 'sent', sent_at = now(), files = $2, manifest = $3, held_count = $4 WHERE id = $1 AND state IN ('checked', 'built')`,
      [submission.id, JSON.stringify(manifest.files), JSON.stringify(manifest), manifest.held],
    );
    await tx.query(`UPDATE submission_record SET sent = true WHERE submission_id = $1 AND NOT held`, [submission.id]);
  });
  return 'sent';
}

const daysOf = (at: Date): string => at.toISOString().slice(0, 10).replaceAll('-', '');

/** The record as it is written: an abstract says all itself; a tumor takes its patient's items. */
function recordOf(record: FrozenRecord, dictionary: Dictionary): PatientRecord {
  return record.recordType === 'I'
    ? { items: record.patientItems, tumors: [record.items] }
    : asPatientRecord(dictionary, record.items);
}

async function writeFiles(
  scoped: Scoped,
  principal: Principal,
  submission: SubmissionRow,
  profile: SubmissionProfile,
  folder: string,
  tables: RegistryTables,
): Promise<Manifest> {
  await mkdir(folder, { recursive: true });
  const types: RecordType[] = profile.recordType === 'A' ? ['A', 'M'] : ['I'];
  const items = await scoped(principal, (tx) => itemsOf(tx, submission.user_dictionary_ids, tables));
  const tally = createTally();
  const files: BuiltFile[] = [];
  for (const type of types) {
    const pages = patientPages(scoped, principal, submission, profile, type, items.dictionary, tally);
    const first = await pages.next();
    if (first.done === true) continue;
    const name = `${profile.id}_${daysOf(submission.frozen_at)}_${submission.id.slice(0, 8)}_${type}.xml.gz`;
    files.push(await writeFileOf(path.join(folder, name), xmlOf(first.value, pages, type, submission, items, tables)));
  }
  const withheld = tables.dictionary.items.filter((item) => !item.recordTypes.includes(profile.recordType)).length;
  const heldByEdit = await scoped(principal, (tx) =>
    tx.query<{ edit: string; count: number }[]>(
      `SELECT f->>'edit' AS edit, count(*)::int AS count FROM submission_record, jsonb_array_elements(findings) f WHERE submission_id = $1 AND held GROUP BY 1 ORDER BY 1`,
      [submission.id],
    ),
  );
  const held = submission.record_count - tally.records;
  const manifest: Manifest = {
    submission: submission.id,
    profile: profile.id,
    profileVersion: profile.version,
    frozenAt: submission.frozen_at.toISOString(),
    dictionary: tables.dictionary.version,
    userDictionaries: items.uris,
    records: tally.records,
    patients: tally.patients,
    held,
    heldByEdit: Object.fromEntries(heldByEdit.map(({ edit, count }) => [edit, count])),
    ...tally.counts(),
    itemsWithheld: withheld,
    files,
  };
  await writeDurably(path.join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

type ItemsOfFile = Awaited<ReturnType<typeof itemsOf>>;

interface Tally {
  records: number;
  patients: number;
  add(record: PatientRecord): void;
  counts(): Pick<Manifest, 'byDiagnosisYear' | 'byBehavior' | 'bySex'>;
}

function createTally(): Tally {
  const years = new Map<string, number>();
  const behaviors = new Map<string, number>();
  const sexes = new Map<string, number>();
  const more = (map: Map<string, number>, key: string | undefined): void =>
    void map.set(key ?? 'unknown', (map.get(key ?? 'unknown') ?? 0) + 1);
  const sorted = (map: Map<string, number>): Record<string, number> =>
    Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    records: 0,
    patients: 0,
    add(record) {
      this.patients += 1;
      for (const tumor of record.tumors) {
        this.records += 1;
        more(years, tumor.dateOfDiagnosis?.slice(0, 4));
        more(behaviors, tumor.behaviorCodeIcdO3);
        more(sexes, record.items.sexAssignedAtBirth);
      }
    },
    counts: () => ({ byDiagnosisYear: sorted(years), byBehavior: sorted(behaviors), bySex: sorted(sexes) }),
  };
}

/** Patients of one record type in frozen order, the tumors of a patient together. */
async function* patientPages(
  scoped: Scoped,
  principal: Principal,
  submission: SubmissionRow,
  profile: SubmissionProfile,
  type: RecordType,
  dictionary: Dictionary,
  tally: Tally,
): AsyncGenerator<PatientRecord> {
  let current: { readonly patientId: string; readonly record: PatientRecord } | null = null;
  for (let after = 0; ;) {
    const page: FrozenRecord[] = await scoped(principal, (tx) =>
      frozenPage(tx, submission.id, profile.of, after, PAGE),
    );
    if (page.length === 0) break;
    for (const frozen of page) {
      if (frozen.held || frozen.recordType !== type) continue;
      const record = withoutWithheld(recordOf(frozen, dictionary), profile);
      if (current !== null && current.patientId === frozen.patientId) {
        current = { patientId: current.patientId, record: joined(current.record, record) };
        continue;
      }
      if (current !== null) {
        tally.add(current.record);
        yield current.record;
      }
      current = { patientId: frozen.patientId, record };
    }
    after = page[page.length - 1]?.position ?? after;
  }
  if (current !== null) {
    tally.add(current.record);
    yield current.record;
  }
}

/** Two records of one patient as one with the tumors of both. */
const joined = (first: PatientRecord, second: PatientRecord): PatientRecord => ({
  items: { ...first.items, ...second.items },
  tumors: [...first.tumors, ...second.tumors],
});

function withoutWithheld(record: PatientRecord, profile: SubmissionProfile): PatientRecord {
  const withheld = new Set<string>(profile.withheld);
  const keep = (items: ItemValues): ItemValues =>
    Object.fromEntries(Object.entries(items).filter(([id]) => !withheld.has(id)));
  return { items: keep(record.items), tumors: record.tumors.map(keep) };
}

async function* xmlOf(
  first: PatientRecord,
  rest: AsyncGenerator<PatientRecord>,
  recordType: RecordType,
  submission: SubmissionRow,
  items: ItemsOfFile,
  tables: RegistryTables,
): AsyncGenerator<string> {
  const rootItems = {
    recordType,
    naaccrRecordVersion: tables.dictionary.version,
    registryId: tables.registry.id,
    registryType: '1',
  } as const;
  const writer = createNaaccrWriter({
    dictionary: items.dictionary,
    userDictionaryUris: items.uris,
    recordType,
    timeGenerated: submission.frozen_at.toISOString(),
    rootItems,
  });
  yield writer.head();
  yield writer.patient(first);
  for await (const patient of rest) yield writer.patient(patient);
  yield writer.tail();
}

/** Write under a temporary name, sync, rename: a reader of the folder sees the whole file or none. */
async function writeFileOf(file: string, chunks: AsyncGenerator<string>): Promise<BuiltFile> {
  const partial = `${file}.partial`;
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(Readable.from(chunks), createGzip({ level: 6 }), meter, createWriteStream(partial));
  await syncAndRename(partial, file);
  return { path: file, bytes, sha256: hash.digest('hex') };
}

async function writeDurably(file: string, content: string): Promise<void> {
  await writeFile(`${file}.partial`, content);
  await syncAndRename(`${file}.partial`, file);
}

async function syncAndRename(partial: string, file: string): Promise<void> {
  const handle = await open(partial, 'r+');
  await handle.sync();
  await handle.close();
  await rename(partial, file);
  const folder = await open(path.dirname(file), 'r');
  await folder.sync();
  await folder.close();
}

/** Compare the files of a manifest with what is on disk. @returns paths that are missing or differ. */
export async function verifyFiles(files: readonly BuiltFile[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const file of files) {
    const content = await readFile(file.path).catch(() => null);
    if (content === null || createHash('sha256').update(content).digest('hex') !== file.sha256) wrong.push(file.path);
  }
  return wrong;
}
