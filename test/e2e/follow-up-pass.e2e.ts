import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import {
  cocRates,
  DEFAULT_SETTINGS,
  dueMonth,
  dueStage,
  eligibility,
  type FollowUpItems,
  followUpStatus,
  inRecentWindow,
  monthsBetween,
  seerRates,
  shiftDays,
} from '@perennial/follow-up';
import { type ItemValues } from '@perennial/naaccr';
import {
  changeSetting,
  dailyPass,
  EXCLUSION_REASON,
  monthsSinceContact,
  planDay,
  ratesOf,
  requestPass,
  runPass,
  seerRatesOf,
  STATUS,
  thresholdsOf,
  thresholdsTable,
} from '@perennial/records';
import { CASE, makePatient } from '../support/follow-up.js';
import { as, eventually, startRegistry, SYSTEM, type TestRegistry } from '../support/registry.js';

const CASES = path.join(__dirname, '../../../shared/reference/follow-up/coc65-cases.csv');
const withShared = existsSync(CASES) ? it : it.skip;
if (!existsSync(CASES))
  process.stderr.write('*** shared/ is absent: the 1,200 cases are not held against the database ***\n');

/** Numbers in [0, 1) from a seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

describe('the daily pass', () => {
  let registry: TestRegistry;
  const settings = { ...DEFAULT_SETTINGS, referenceDate: '20120101' };
  beforeAll(async () => {
    registry = await startRegistry('postgres');
  });
  afterAll(() => registry.stop());

  const clear = (): Promise<unknown> =>
    registry.db.query('SELECT 1').then(() =>
      registry.scoped(SYSTEM, async (tx) => {
        await tx.query(`UPDATE abstract SET state = 'withdrawn'`);
        await tx.query(
          `UPDATE follow_up_task SET state = 'closed', closed_reason = 'excluded', closed_at = now() WHERE state <> 'closed'`,
        );
      }),
    );
  const pass = (day: string): ReturnType<typeof dailyPass> =>
    registry.scoped(SYSTEM, (tx) => dailyPass(tx, day, 'system:test'));
  const openTasks = (): Promise<
    { patientId: string; facilityId: string; stage: string; dueMonth: string; revision: number }[]
  > =>
    registry.scoped(SYSTEM, (tx) =>
      tx.query(
        `SELECT patient_id AS "patientId", facility_id AS "facilityId", stage, due_month AS "dueMonth", revision FROM follow_up_task WHERE state <> 'closed' ORDER BY 1, 2`,
      ),
    );
  const setLastContact = (id: string, items: Record<string, string>): Promise<unknown> =>
    registry.scoped(SYSTEM, (tx) =>
      tx.query(`UPDATE consolidated_patient SET items = items || $2::jsonb, revision = revision + 1 WHERE id = $1`, [
        id,
        JSON.stringify(items),
      ]),
    );

  /** Eligibility, status and window of every complete case by SQL, against the library. */
  async function compare(items: readonly FollowUpItems[], asOf: string): Promise<void> {
    await clear();
    const ids: string[] = [];
    const [alpha] = registry.facilities;
    for (const { dateOfBirth, addrCurrentCountry, vitalStatus, dateOfLastContact, ...tumor } of items) {
      const made = await makePatient(registry, { dateOfBirth, addrCurrentCountry, vitalStatus, dateOfLastContact }, [
        {
          facilityId: alpha,
          items: { ...Object.fromEntries(Object.keys(CASE).map((key) => [key, undefined])), ...tumor },
        },
      ]);
      ids.push(made.abstracts[0]!);
    }
    const facility = { facilityId: alpha, settings };
    const rows = await registry.scoped(SYSTEM, (tx) =>
      tx.query<{ id: string; reason: string | null; status: string; recent: boolean | null }[]>(
        `SELECT a.id, ${EXCLUSION_REASON} AS reason, ${STATUS} AS status, left(a.date_of_diagnosis || '0101', 8) COLLATE "C" >= f.recent_from AS recent
           FROM consolidated_patient p JOIN abstract a ON a.patient_id = p.id AND a.state = 'complete' JOIN ${thresholdsTable('$1')} ON f.facility_id = a.facility_id`,
        [JSON.stringify([thresholdsOf(facility, asOf)])],
      ),
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    items.forEach((one, at) => {
      const row = byId.get(ids[at]!);
      expect([one, row?.reason, row?.status, row?.recent ?? false]).toEqual([
        one,
        eligibility(one, asOf, settings).reason,
        followUpStatus(one, asOf, settings),
        inRecentWindow(one, asOf, settings),
      ]);
    });
    const counted = await registry.scoped(SYSTEM, (tx) => ratesOf(tx, [facility], asOf, 'cases', null));
    expect(counted.map(({ key: _, measure, ...rate }) => ({ measure, ...rate }))).toEqual(
      cocRates(items, asOf, settings).map(({ asOf: _, referenceDate: __, ...rate }) => rate),
    );
    const seer = await registry.scoped(SYSTEM, (tx) => seerRatesOf(tx, [facility], asOf));
    expect(seer.map(({ eligible, dead, current, delinquent }) => [eligible, dead, current, delinquent])).toEqual(
      seerRates(items, asOf, settings).map(({ eligible, dead, current, delinquent }) => [
        eligible,
        dead,
        current,
        delinquent,
      ]),
    );
    const months = await registry.scoped(SYSTEM, (tx) => monthsSinceContact(tx, [facility], asOf));
    const expected = new Map<number | null, number>();
    for (const one of items) {
      if (one.vitalStatus === '0' || !eligibility(one, asOf, settings).eligible) continue;
      const from = (one.dateOfLastContact ?? one.dateOfDiagnosis)?.concat('0101').slice(0, 8);
      const key = from === undefined ? null : monthsBetween(from, asOf);
      expected.set(key, (expected.get(key) ?? 0) + 1);
    }
    expect(new Map(months.map((row) => [row.months, row.patients]))).toEqual(expected);
  }

  it('counts made cases as the library does, partial and missing values too', async () => {
    const chance = random(7);
    const one = <T>(...values: readonly T[]): T => values[Math.floor(chance() * values.length)]!;
    const date = (from: number, to: number): string | undefined => {
      const whole = `${from + Math.floor(chance() * (to - from + 1))}${one('01', '02', '06', '12')}${one('01', '15', '28')}`;
      return one(whole, whole, whole, whole.slice(0, 6), whole.slice(0, 4), undefined);
    };
    const items = Array.from({ length: 250 }, (): FollowUpItems => {
      const made = {
        dateOfBirth: one(date(1918, 1927), date(1940, 2010)),
        dateOfDiagnosis: date(2010, 2026),
        classOfCase: one('00', '10', '14', '22', '30', undefined),
        primarySite: one('C504', 'C539', 'C445', 'C710', 'C751', 'C754', undefined),
        histologicTypeIcdO3: one('8000', '8090', '8110', '8111', '8720'),
        behaviorCodeIcdO3: one('0', '1', '2', '3', '3', '3', undefined),
        addrCurrentCountry: one('USA', 'USA', 'ZZU', 'CAN', undefined),
        vitalStatus: one('0', '1', '1', undefined),
        dateOfLastContact: date(2022, 2026),
      };
      return Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined));
    });
    await compare(items, '20260630');
    await compare(items.slice(0, 60), '20260228');
  });

  withShared('counts all 1,200 cases as expected', async () => {
    const rows = parse<Record<string, string>>(readFileSync(CASES, 'utf8'), { columns: true });
    const plain = (text: string): string => text.replaceAll('-', '');
    await compare(
      rows.map((row) => {
        const items: Record<string, string> = {
          dateOfBirth: plain(row.date_of_birth!),
          dateOfDiagnosis: plain(row.date_of_diagnosis!),
          classOfCase: row.class_of_case!,
          primarySite: row.primary_site!,
          histologicTypeIcdO3: row.histology!,
          behaviorCodeIcdO3: row.behavior!,
          addrCurrentCountry: row.country_current!,
          vitalStatus: row.vital_status!,
          dateOfLastContact: plain(row.date_of_last_contact!),
        };
        return Object.fromEntries(Object.entries(items).filter(([, value]) => value !== ''));
      }),
      '20260630',
    );
  });

  it('neither skips nor repeats a patient over ten simulated years, on days that are sometimes missed', async () => {
    await clear();
    const chance = random(11);
    const [alpha, beta] = registry.facilities;
    const people = new Map<
      string,
      { items: ItemValues; facilities: readonly string[]; contactOn: string | null; tasks: string[] }
    >();
    for (let at = 0; at < 24; at += 1) {
      const dateOfLastContact = shiftDays('20250101', Math.floor(chance() * 364));
      const partial = at % 6 === 0 ? dateOfLastContact.slice(0, 6) : at % 11 === 0 ? '2025' : dateOfLastContact;
      const facilities = at % 5 === 0 ? [alpha, beta] : [alpha];
      const { id } = await makePatient(
        registry,
        { dateOfLastContact: partial },
        facilities.map((facilityId) => ({ facilityId })),
      );
      people.set(id, {
        items: { vitalStatus: '1', dateOfLastContact: partial },
        facilities,
        contactOn: null,
        tasks: [],
      });
    }
    for (let today = '20260101'; today < '20360101'; today = shiftDays(today, 1 + Math.floor(chance() * 14))) {
      for (const [id, person] of people) {
        if (person.contactOn === null || person.contactOn > today) continue;
        person.items = { vitalStatus: '1', dateOfLastContact: person.contactOn };
        person.contactOn = null;
        await setLastContact(id, { dateOfLastContact: person.items.dateOfLastContact! });
      }
      await pass(today);
      const open = await openTasks();
      const expected = [...people].flatMap(([patientId, { items, facilities }]) => {
        const stage = dueStage(items, today, settings);
        return stage === 'not-due'
          ? []
          : facilities.map((facilityId) => ({
              patientId,
              facilityId,
              stage,
              dueMonth: dueMonth(items.dateOfLastContact!),
            }));
      });
      const key = (one: { patientId: string; facilityId: string }): string => one.patientId + one.facilityId;
      expect(open.map(({ revision: _, ...task }) => task)).toEqual(expected.sort((a, b) => (key(a) < key(b) ? -1 : 1)));
      for (const { patientId, dueMonth: month } of open) {
        const person = people.get(patientId)!;
        person.contactOn ??= shiftDays(today, Math.floor(chance() * 200));
        if (!person.tasks.includes(month)) person.tasks.push(month);
      }
    }
    const counts = await registry.scoped(SYSTEM, (tx) =>
      tx.query<{ patientId: string; tasks: number; months: number }[]>(
        `SELECT patient_id AS "patientId", count(*)::int AS tasks, count(DISTINCT due_month)::int AS months FROM follow_up_task WHERE facility_id = $1 AND patient_id = ANY($2) GROUP BY 1`,
        [alpha, [...people.keys()]],
      ),
    );
    expect(counts).toHaveLength(people.size);
    for (const { patientId, tasks, months } of counts) {
      expect([tasks, months]).toEqual([people.get(patientId)!.tasks.length, tasks]);
      expect(tasks).toBeGreaterThanOrEqual(7);
    }
  });

  it('changes nothing the second time, and follows a changed setting', async () => {
    await clear();
    const [alpha] = registry.facilities;
    const { id } = await makePatient(registry, { dateOfLastContact: '20250520' }, [{ facilityId: alpha }]);
    expect(await pass('20260430')).toEqual({ opened: 0, marked: 0, closed: 0 });
    expect(await pass('20260501')).toEqual({ opened: 1, marked: 0, closed: 0 });
    expect(await pass('20260501')).toEqual({ opened: 0, marked: 0, closed: 0 });
    expect(await pass('20260620')).toEqual({ opened: 0, marked: 1, closed: 0 });
    expect(await pass('20260821')).toEqual({ opened: 0, marked: 1, closed: 0 });
    expect(await openTasks()).toMatchObject([{ patientId: id, stage: 'delinquent', dueMonth: '202605' }]);
    const change = (name: 'dueMonths' | 'delinquentMonths' | 'highestClass', value: number): Promise<void> =>
      registry.scoped(SYSTEM, (tx) =>
        changeSetting(
          tx,
          { facilityId: alpha, name, value, from: '20260101', reason: 'test', confirmed: true },
          'system:test',
          '20260821',
        ),
      );
    await change('delinquentMonths', 18);
    expect(await pass('20260821')).toEqual({ opened: 0, marked: 1, closed: 0 });
    expect(await openTasks()).toMatchObject([{ stage: 'reminder' }]);
    await change('dueMonths', 13);
    expect(await pass('20260821')).toEqual({ opened: 0, marked: 1, closed: 0 });
    expect(await openTasks()).toMatchObject([{ dueMonth: '202606' }]);
    await change('highestClass', 12);
    expect(await pass('20260821')).toEqual({ opened: 0, marked: 0, closed: 1 });
    await change('highestClass', 22);
    await change('dueMonths', 12);
    await change('delinquentMonths', 15);
    expect(await pass('20260821')).toEqual({ opened: 1, marked: 0, closed: 0 });
    const lineage = await registry.scoped(SYSTEM, (tx) =>
      tx.query<{ rule: string; changes: unknown }[]>(
        `SELECT v.origin->>'rule' AS rule, v.changes FROM revision v JOIN follow_up_task t ON t.id = v.entity_id WHERE t.patient_id = $1 ORDER BY v.id`,
        [id],
      ),
    );
    expect(lineage.map(({ rule }) => rule)).toEqual([
      'follow-up-due',
      'follow-up-stage',
      'follow-up-stage',
      'follow-up-stage',
      'follow-up-stage',
      'follow-up-moot',
      'follow-up-due',
    ]);
    expect(lineage[1]!.changes).toEqual({ '@stage': ['due', 'reminder'] });
    expect(lineage[5]!.changes).toEqual({ '@state': ['due', 'closed'], '@closed_reason': [null, 'excluded'] });
  });

  it('refuses a setting that would make most patients due at once, and keeps nothing of it', async () => {
    await clear();
    const [alpha] = registry.facilities;
    for (let at = 0; at < 12; at += 1)
      await makePatient(registry, { dateOfLastContact: `2025${String(at + 1).padStart(2, '0')}10` }, [
        { facilityId: alpha },
      ]);
    const change = (confirmed: boolean): Promise<void> =>
      registry.scoped(SYSTEM, (tx) =>
        changeSetting(
          tx,
          { facilityId: alpha, name: 'dueMonths', value: 6, from: '20260101', reason: 'test', confirmed },
          'system:test',
          '20260101',
        ),
      );
    await expect(change(false)).rejects.toMatchObject({
      code: 'setting.everyone-due',
      extra: {
        errors: [{ pointer: '/value', detail: expect.stringMatching(/^6 patients, 50 % of the living/) as string }],
      },
    });
    const kept = (): Promise<{ n: number }[]> =>
      registry.scoped(SYSTEM, (tx) => tx.query(`SELECT count(*)::int AS n FROM follow_up_setting WHERE value = '6'`));
    expect(await kept()).toEqual([{ n: 0 }]);
    await change(true);
    expect(await kept()).toEqual([{ n: 1 }]);
    expect((await pass('20260101')).opened).toBe(7);
    await registry.scoped(SYSTEM, (tx) =>
      changeSetting(
        tx,
        { facilityId: alpha, name: 'dueMonths', value: 12, from: '20260101', reason: 'back', confirmed: false },
        'system:test',
        '20260101',
      ),
    );
  });

  it('is planned once a day, and by whoever is first', async () => {
    const plans = await Promise.all(
      Array.from({ length: 3 }, () => registry.scoped(SYSTEM, (tx) => planDay(tx, '20300101', 'system:planner'))),
    );
    expect(plans.filter((plan) => plan !== null)).toHaveLength(1);
    expect(await registry.scoped(SYSTEM, (tx) => planDay(tx, '20300102', 'system:planner'))).not.toBeNull();
  });

  it('goes on after a kill -9 in the middle and does each part once', async () => {
    await clear();
    const [alpha] = registry.facilities;
    await registry.scoped(SYSTEM, (tx) =>
      tx.query(
        `WITH people AS (INSERT INTO consolidated_patient (items, facility_ids, revision)
           SELECT jsonb_build_object('nameLast', 'Killed' || i, 'vitalStatus', '1', 'dateOfLastContact', '20240101'), ARRAY[$1::uuid], 1 FROM generate_series(1, 20000) i RETURNING id, items)
         INSERT INTO abstract (facility_id, patient_id, state, items, revision)
         SELECT $1, id, 'complete', items || '{"classOfCase":"14","primarySite":"C504","histologicTypeIcdO3":"8500","behaviorCodeIcdO3":"3","dateOfDiagnosis":"20200101"}'
                || jsonb_build_object('accessionNumberHosp', id::text, 'sequenceNumberHospital', '00'), 1 FROM people`,
        [alpha],
      ),
    );
    const [api, first] = await Promise.all([registry.startApi(), registry.startWorker()]);
    const central = as(api.url, await registry.token('central_registrar', null));
    // Wait for the pass that the worker plans by itself when it starts, then ask for one in many parts over untouched tasks.
    await eventually(
      'the pass of the day',
      () => central.get('follow-up/passes'),
      ({ body }) => body.length > 0 && body.every((one: { finishedAt: string | null }) => one.finishedAt !== null),
    );
    await registry.scoped(SYSTEM, (tx) =>
      tx.query(
        `UPDATE follow_up_task SET state = 'closed', closed_reason = 'excluded', closed_at = now() WHERE state <> 'closed'`,
      ),
    );
    const id = await registry.scoped(SYSTEM, async (tx) => {
      const made = await requestPass(tx, '20261124', 'system:test');
      await tx.query(`UPDATE follow_up_pass SET parts = 64 WHERE id = $1`, [made]);
      return made;
    });
    const done = async (): Promise<number> =>
      ((await central.get(`follow-up/passes/${id}`)).body as { done: number }).done;
    await eventually('some parts', done, (parts) => parts >= 3);
    expect(first.output()).not.toContain('not scheduled');
    await first.kill();
    const before = await done();
    expect(before).toBeLessThan(64);
    await registry.startWorker();
    const finished = await eventually(
      'the end of the pass',
      () => central.get(`follow-up/passes/${id}`),
      ({ body }) => body.finishedAt !== null,
    );
    expect(finished.body).toMatchObject({ parts: 64, done: 64, opened: 20_000 });
    const [count] = await registry.scoped(SYSTEM, (tx) =>
      tx.query<{ tasks: number; patients: number; lineage: number }[]>(
        `SELECT count(*)::int AS tasks, count(DISTINCT patient_id)::int AS patients,
                (SELECT count(*)::int FROM revision v JOIN follow_up_task o ON o.id = v.entity_id WHERE o.state <> 'closed' AND v.revision = 1) AS lineage
           FROM follow_up_task WHERE state <> 'closed'`,
      ),
    );
    expect(count).toEqual({ tasks: 20_000, patients: 20_000, lineage: 20_000 });
    expect(await runPass(registry.scoped, SYSTEM, id)).toBeNull();
  });
});
