import { judgeSetting, type SettingChange } from '@perennial/follow-up';
import { DomainError, notFound } from '@perennial/problem';
import { type EntityManager } from 'typeorm';
import { COUNTED_FROM, ELIGIBLE, overPopulation, thresholdsOf, thresholdsTable } from './population.js';
import { settingChanges, settingsOfFacility } from './settings.js';

export interface SettingRequest extends SettingChange {
  /** Absent: for every facility without a choice of its own. */
  readonly facilityId: string | null;
  readonly reason: string;
  /** That it is meant to make many patients due at once. */
  readonly confirmed: boolean;
}

/** Ids are random: of a large registry the first sixteenth says as much as all. */
const [SAMPLE_FROM, SAMPLE_BEFORE, SAMPLE_SHARE] = [200_000, '10000000-0000-0000-0000-000000000000', 16];
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

const IN_FORCE = `
SELECT count(*)::int AS living, count(*) FILTER (WHERE NOT was_due AND is_due)::int AS "newlyDue" FROM (
  SELECT bool_or(x.which = 'before' AND x.followed AND x.due) AS was_due, bool_or(x.which = 'after' AND x.followed AND x.due) AS is_due
    FROM (
      SELECT a.patient_id, a.facility_id, f.which, ${ELIGIBLE} AS followed, ${COUNTED_FROM} < f.due_before AS due
        FROM consolidated_patient p JOIN abstract a ON a.patient_id = p.id AND a.state = 'complete'
        JOIN (SELECT 'before' AS which, f.* FROM ${thresholdsTable('$1')} UNION ALL SELECT 'after', f.* FROM ${thresholdsTable('$2')}) f ON f.facility_id = a.facility_id
       WHERE p.vital_status IS DISTINCT FROM '0' AND p.id < $3 AND a.patient_id < $3) x
   GROUP BY x.patient_id, x.facility_id HAVING bool_or(x.which = 'after' AND x.followed)) AS patients`;

/**
 * Choose a setting from a day on. The change is judged by what it would do to the patients: one that makes more than a quarter of the
 * living due at once needs to be confirmed. Open tasks follow with the next pass. Needs the registry's scope.
 *
 * @throws DomainError 404 for an unknown facility; 422 with the precise reason; nothing is kept then.
 */
export async function changeSetting(
  tx: EntityManager,
  request: SettingRequest,
  actor: string,
  today: string,
): Promise<void> {
  const { facilityId, name, value, from, reason } = request;
  const facilities = (
    await tx.query<{ id: string }[]>(`SELECT id FROM facility WHERE $1::uuid IS NULL OR id = $1`, [facilityId])
  ).map(({ id }) => id);
  if (facilityId !== null && facilities.length === 0) throw notFound('facility');
  const changes = await settingChanges(tx);
  const change: SettingChange = { name, value, from };
  const own = changes.filter((one) => one.facilityId === facilityId || one.facilityId === null);
  const refuse = (judged: ReturnType<typeof judgeSetting>): void => {
    if (judged.ok) return;
    const { code, detail } = judged.error;
    const pointer = code === 'setting.from' ? '/from' : code === 'setting.unknown' ? '/name' : '/value';
    throw new DomainError(code, 422, 'The setting cannot be changed like this. Nothing was changed.', {
      errors: [{ pointer, detail }],
    });
  };
  refuse(judgeSetting(change, own));
  if (!request.confirmed) {
    // Judged on the day from which it holds, and not in the past: what was due then is due today.
    const day = from > today ? from : today;
    const kept = { ...change, facilityId, reason, setBy: actor, setAt: new Date(0) };
    const before = facilities.map((id) =>
      thresholdsOf({ facilityId: id, settings: settingsOfFacility(changes, id, day) }, day),
    );
    const after = facilities.map((id) =>
      thresholdsOf({ facilityId: id, settings: settingsOfFacility([...changes, kept], id, day) }, day),
    );
    if (JSON.stringify(before) !== JSON.stringify(after)) {
      const [size] = await tx.query<{ patients: number }[]>(
        `SELECT reltuples::float8 AS patients FROM pg_class WHERE oid = 'patient'::regclass`,
      );
      const sampled = (size?.patients ?? 0) > SAMPLE_FROM;
      const [found] = await overPopulation<{ living: number; newlyDue: number }>(tx, IN_FORCE, [
        JSON.stringify(before),
        JSON.stringify(after),
        sampled ? SAMPLE_BEFORE : LAST_ID,
      ]);
      const share = sampled ? SAMPLE_SHARE : 1;
      refuse(
        judgeSetting(change, own, { living: (found?.living ?? 0) * share, newlyDue: (found?.newlyDue ?? 0) * share }),
      );
    }
  }
  await tx.query(
    `INSERT INTO follow_up_setting (facility_id, name, value, valid_from, reason, set_by) VALUES ($1, $2, $3, $4, $5, $6)`,
    [facilityId, name, JSON.stringify(value), from, reason, actor],
  );
}
