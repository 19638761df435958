import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Names by a part of them or by their sound. Under row security a condition of that kind loses its index, so the function looks as the owner
 * of the tables and itself keeps to the facilities of the transaction: a facility finds people by the names it reported.
 *
 * Names that sound alike: Double Metaphone of the last name (extension fuzzystrmatch, part of PostgreSQL's contrib modules).
 */
export class NameSearch1764000094500 implements MigrationInterface {
  readonly name = 'NameSearch1764000094500';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;
CREATE INDEX patient_sound_idx ON patient (dmetaphone(split_part(name_key, ',', 1)));
CREATE INDEX abstract_sound_idx ON abstract (facility_id, dmetaphone(split_part(name_key, ',', 1)), patient_id, name_key);

-- how: 'contains' or 'sounds'. Nearest first: the name that begins with what is wanted, or differs in the fewest letters.
CREATE FUNCTION search_names(how text, wanted_last text, wanted_first text, most integer)
  RETURNS TABLE (patient_id uuid, name_key text) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  everything boolean := coalesce(current_setting('perennial.all_facilities', true), '') = 'on';
  own uuid[] := coalesce(nullif(current_setting('perennial.facilities', true), ''), '{}')::uuid[];
  sounds text[] := ARRAY[public.dmetaphone(wanted_last), public.dmetaphone_alt(wanted_last)];
BEGIN
  IF how NOT IN ('contains', 'sounds') THEN RAISE EXCEPTION 'search_names: % is no way to search', how; END IF;
  IF how = 'contains' AND everything THEN
    RETURN QUERY SELECT p.id, p.name_key FROM public.patient p
      WHERE position(wanted_last IN split_part(p.name_key, ',', 1)) > 0 AND position(wanted_first IN split_part(p.name_key, ',', 2)) > 0
      ORDER BY NOT starts_with(p.name_key, wanted_last), p.name_key, p.id LIMIT most;
  ELSIF how = 'contains' THEN
    RETURN QUERY SELECT a.patient_id, min(a.name_key) FROM public.abstract a
      WHERE a.facility_id = ANY (own) AND position(wanted_last IN split_part(a.name_key, ',', 1)) > 0 AND position(wanted_first IN split_part(a.name_key, ',', 2)) > 0
      GROUP BY a.patient_id ORDER BY NOT starts_with(min(a.name_key), wanted_last), 2, 1 LIMIT most;
  ELSIF everything THEN
    RETURN QUERY SELECT p.id, p.name_key FROM public.patient p
      WHERE public.dmetaphone(split_part(p.name_key, ',', 1)) = ANY (sounds) AND starts_with(split_part(p.name_key, ',', 2), left(wanted_first, 1))
      ORDER BY public.levenshtein_less_equal(left(p.name_key, 80), wanted_last || ',' || wanted_first, 20), p.name_key, p.id LIMIT most;
  ELSE
    RETURN QUERY SELECT a.patient_id, min(a.name_key) FROM public.abstract a
      WHERE a.facility_id = ANY (own) AND public.dmetaphone(split_part(a.name_key, ',', 1)) = ANY (sounds)
        AND starts_with(split_part(a.name_key, ',', 2), left(wanted_first, 1))
      GROUP BY a.patient_id ORDER BY public.levenshtein_less_equal(left(min(a.name_key), 80), wanted_last || ',' || wanted_first, 20), 2, 1 LIMIT most;
  END IF;
END $$;
REVOKE ALL ON FUNCTION search_names(text, text, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_names(text, text, text, integer) TO perennial_app;`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(
      `DROP FUNCTION search_names(text, text, text, integer); DROP INDEX patient_sound_idx; DROP INDEX abstract_sound_idx;`,
    );
  }
}
