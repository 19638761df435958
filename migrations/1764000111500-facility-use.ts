import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Facilities go out of use, are changed by one person at a time, and tokens know when they were last used. That is written at most every
 * ten minutes, so that a laboratory that sends a message a second does not write a row a second.
 */
export class FacilityUse1764000111500 implements MigrationInterface {
  readonly name = 'FacilityUse1764000111500';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
ALTER TABLE facility ADD COLUMN retired_at timestamptz, ADD COLUMN revision integer NOT NULL DEFAULT 1;
ALTER TABLE api_token ADD COLUMN last_used_at timestamptz;
GRANT SELECT (last_used_at) ON api_token TO perennial_app;
CREATE OR REPLACE FUNCTION auth_token(token text) RETURNS TABLE (id uuid, name text, role text, facility_id uuid)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH used AS (
    UPDATE public.api_token t SET last_used_at = now()
     WHERE t.token_hash = token AND t.revoked_at IS NULL AND t.expires_at > now()
       AND (t.last_used_at IS NULL OR t.last_used_at < now() - interval '10 minutes'))
  SELECT t.id, t.name, t.role, t.facility_id FROM public.api_token t WHERE t.token_hash = token AND t.revoked_at IS NULL AND t.expires_at > now() $$;`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`
CREATE OR REPLACE FUNCTION auth_token(token text) RETURNS TABLE (id uuid, name text, role text, facility_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.id, t.name, t.role, t.facility_id FROM public.api_token t WHERE t.token_hash = token AND t.revoked_at IS NULL AND t.expires_at > now() $$;
ALTER TABLE api_token DROP COLUMN last_used_at;
ALTER TABLE facility DROP COLUMN retired_at, DROP COLUMN revision;`);
  }
}
