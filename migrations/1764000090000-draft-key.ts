import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * A key for each person, with which their browser seals what it could not send yet. It is made when it is first asked for and given to a
 * living session of the person alone; the application cannot read the column.
 */
export class DraftKey1764000090000 implements MigrationInterface {
  readonly name = 'DraftKey1764000090000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
ALTER TABLE app_user ADD COLUMN draft_key bytea;
-- Two random ids hold 244 random bits.
CREATE FUNCTION auth_draft_key(session text) RETURNS bytea
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH who AS (
    SELECT u.id, u.draft_key FROM public.user_session s JOIN public.app_user u ON u.id = s.user_id
     WHERE s.token_hash = session AND s.ended_at IS NULL AND u.disabled_at IS NULL),
  made AS (
    UPDATE public.app_user u SET draft_key = coalesce(u.draft_key, sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))
      FROM who WHERE u.id = who.id AND who.draft_key IS NULL RETURNING u.draft_key)
  SELECT coalesce((SELECT draft_key FROM who), (SELECT draft_key FROM made)) $$;
REVOKE ALL ON FUNCTION auth_draft_key(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth_draft_key(text) TO perennial_app;`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`DROP FUNCTION auth_draft_key; ALTER TABLE app_user DROP COLUMN draft_key;`);
  }
}
