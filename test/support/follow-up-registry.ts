import { shiftMonths } from '@perennial/follow-up';
import { type ItemValues } from '@perennial/naaccr';
import { dailyPass } from '@perennial/records';
import { type MadePatient, makePatient } from './follow-up.js';
import { as, startRegistry, SYSTEM } from './registry.js';

const day = (date: Date): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' }).format(date).replaceAll('-', '');
export const TODAY = day(new Date());
export const MONTHS_AGO = (months: number): string => shiftMonths(TODAY, -months);

export type FollowUp = Awaited<ReturnType<typeof startFollowUp>>;

/** A registry whose patients come due: a registrar of the first facility, a clerk of the second, who sees all, and who sets things. */
export async function startFollowUp() {
  const registry = await startRegistry('postgres');
  const [alpha, beta] = registry.facilities;
  const [{ url }, worker] = await Promise.all([registry.startApi(), registry.startWorker()]);
  const one = as(url, await registry.token('registrar', alpha));
  const two = as(url, await registry.token('follow_up_clerk', beta));
  const central = as(url, await registry.token('central_registrar', null));
  const admin = as(url, await registry.token('administrator', null));
  const pass = (): ReturnType<typeof dailyPass> => registry.scoped(SYSTEM, (tx) => dailyPass(tx, TODAY, 'system:test'));
  const sql = <T extends object>(text: string, values: readonly unknown[] = []): Promise<T[]> =>
    registry.scoped(SYSTEM, (tx) => tx.query<T[]>(text, [...values]));
  const patientItems = async (id: string): Promise<ItemValues> =>
    (await sql<{ items: ItemValues }>(`SELECT items FROM consolidated_patient WHERE id = $1`, [id]))[0]!.items;
  const tasksOf = (
    patientId: string,
  ): Promise<
    {
      id: string;
      facility_id: string;
      state: string;
      closed_reason: string | null;
      revision: number;
      lost: boolean;
      stage: string;
    }[]
  > =>
    sql(
      `SELECT id, facility_id, state, closed_reason, revision, lost, stage FROM follow_up_task WHERE patient_id = $1 ORDER BY opened_at, id`,
      [patientId],
    );
  /** A patient who is due at a facility, with the task. */
  async function due(
    facilities: readonly string[],
    months = 14,
    patient: Record<string, string> = {},
    items: Record<string, string> = {},
  ): Promise<MadePatient & { task: string }> {
    const made = await makePatient(
      registry,
      {
        dateOfBirth: '19500101',
        dateOfLastContact: MONTHS_AGO(months),
        causeOfDeath: '0000',
        icdRevisionNumber: '0',
        autopsy: '0',
        ...patient,
      },
      facilities.map((facilityId) => ({ facilityId, items })),
    );
    await pass();
    return { ...made, task: (await tasksOf(made.id)).find((task) => task.facility_id === facilities[0])!.id };
  }
  /** Everything that a refused contact must leave alone. */
  const state = async (id: string): Promise<unknown> => [
    await sql(`SELECT items, revision FROM consolidated_patient WHERE id = $1`, [id]),
    await sql(`SELECT items, revision FROM tumor WHERE patient_id = $1 ORDER BY id`, [id]),
    await sql(`SELECT items, revision FROM abstract WHERE patient_id = $1 ORDER BY id`, [id]),
    await tasksOf(id),
    await sql(`SELECT count(*)::int AS n FROM follow_up_contact WHERE patient_id = $1`, [id]),
  ];
  return { registry, alpha, beta, url, one, two, central, admin, worker, pass, sql, patientItems, tasksOf, due, state };
}
