import { DEFAULT_SETTINGS, type FollowUpSettings, type SettingChange, settingsOn } from '@perennial/follow-up';
import { type EntityManager } from 'typeorm';

/** A change of a setting as it is kept; without facility it holds for all that chose nothing themselves. */
export interface KeptSetting extends SettingChange {
  readonly facilityId: string | null;
  readonly reason: string;
  readonly setBy: string;
  readonly setAt: Date;
}

/** Every change of a setting, in the order in which they were made. */
export function settingChanges(tx: EntityManager): Promise<KeptSetting[]> {
  return tx.query(
    `SELECT facility_id AS "facilityId", name, value, valid_from AS "from", reason, set_by AS "setBy", set_at AS "setAt" FROM follow_up_setting ORDER BY id`,
  );
}

/** Settings of one facility on a day: its own choices, else the registry's, else the usual values. */
export function settingsOfFacility(
  changes: readonly KeptSetting[],
  facilityId: string | null,
  day: string,
): FollowUpSettings {
  const registry = settingsOn(
    changes.filter((change) => change.facilityId === null),
    day,
    DEFAULT_SETTINGS,
  );
  return facilityId === null
    ? registry
    : settingsOn(
        changes.filter((change) => change.facilityId === facilityId),
        day,
        registry,
      );
}

/** A facility with its settings of a day. */
export interface FacilitySettings {
  readonly facilityId: string;
  readonly settings: FollowUpSettings;
}

/** Settings of facilities on a day; of every facility when none are named. */
export async function facilitySettings(
  tx: EntityManager,
  day: string,
  facilityIds?: readonly string[],
): Promise<readonly FacilitySettings[]> {
  const changes = await settingChanges(tx);
  const facilities = await tx.query<{ id: string }[]>(
    `SELECT id FROM facility WHERE $1::uuid[] IS NULL OR id = ANY($1) ORDER BY id`,
    [facilityIds ?? null],
  );
  return facilities.map(({ id }) => ({ facilityId: id, settings: settingsOfFacility(changes, id, day) }));
}
