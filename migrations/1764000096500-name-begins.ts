import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * People of the whole registry by the beginning of a name, in the order of the index. Behind the view of consolidated patients the order is lost,
 * and all whose name begins with two letters would be read and sorted for the first fifty.
 */
export class NameBegins1764000096500 implements MigrationInterface {
  readonly name = 'NameBegins1764000096500';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
-- Nothing for who does not see the whole registry: a facility finds people by the names it reported.
CREATE FUNCTION names_that_begin(beginning text, most integer)
  RETURNS TABLE (patient_id uuid, name_key text) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF coalesce(current_setting('perennial.all_facilities', true), '') <> 'on' THEN RETURN; END IF;
  RETURN QUERY SELECT p.id, p.name_key FROM public.patient p
    WHERE p.name_key >= beginning AND p.name_key < beginning || chr(1114111) ORDER BY p.name_key, p.id LIMIT most;
END $$;
REVOKE ALL ON FUNCTION names_that_begin(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION names_that_begin(text, integer) TO perennial_app;`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`DROP FUNCTION names_that_begin(text, integer)`);
  }
}
