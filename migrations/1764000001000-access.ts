import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Columns that the application may read. Hashes are not among them: a look-up takes the one hash it is about, never a list. */
const READABLE = {
  app_user: 'id, login, name, initials, must_change, disabled_at, created_at',
  user_session: 'user_id, created_at, last_seen_at, ended_at',
  api_token: 'id, name, role, facility_id, expires_at, revoked_at, created_by, created_at',
} as const;

const FUNCTIONS = `
-- The hash of one login, for one comparison.
CREATE FUNCTION auth_password(wanted text) RETURNS TABLE (user_id uuid, password_hash text, must_change boolean)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.id, u.password_hash, u.must_change FROM public.app_user u WHERE u.login = lower(wanted) AND u.disabled_at IS NULL $$;

-- The hash of the person behind a session, for changing the own password.
CREATE FUNCTION auth_password_of_session(session text) RETURNS TABLE (user_id uuid, login text, password_hash text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT u.id, u.login, u.password_hash FROM public.user_session s JOIN public.app_user u ON u.id = s.user_id
   WHERE s.token_hash = session AND s.ended_at IS NULL AND u.disabled_at IS NULL $$;

-- Who a session belongs to, with grants. Being seen keeps it alive; that is written at most every twenty seconds.
CREATE FUNCTION auth_session(session text, idle_minutes integer, longest_hours integer)
  RETURNS TABLE (user_id uuid, name text, initials text, csrf text, must_change boolean, grants jsonb)
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH seen AS (
    UPDATE public.user_session s SET last_seen_at = now()
     WHERE s.token_hash = session AND s.ended_at IS NULL AND s.last_seen_at < now() - interval '20 seconds'
       AND s.last_seen_at > now() - make_interval(mins => idle_minutes))
  SELECT u.id, u.name, u.initials, s.csrf, u.must_change,
         coalesce((SELECT jsonb_agg(jsonb_build_object('role', g.role, 'facilityId', g.facility_id)) FROM public.user_grant g WHERE g.user_id = u.id), '[]')
    FROM public.user_session s JOIN public.app_user u ON u.id = s.user_id
   WHERE s.token_hash = session AND s.ended_at IS NULL AND u.disabled_at IS NULL
     AND s.last_seen_at > now() - make_interval(mins => idle_minutes) AND s.created_at > now() - make_interval(hours => longest_hours) $$;

-- Who a token belongs to.
CREATE FUNCTION auth_token(token text) RETURNS TABLE (id uuid, name text, role text, facility_id uuid)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT t.id, t.name, t.role, t.facility_id FROM public.api_token t WHERE t.token_hash = token AND t.revoked_at IS NULL AND t.expires_at > now() $$;

-- End a session, or with it every session of its person.
CREATE FUNCTION auth_end_session(session text, everywhere boolean, but_this boolean) RETURNS void
  LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  UPDATE public.user_session s SET ended_at = now() WHERE s.ended_at IS NULL AND (s.token_hash <> session OR NOT but_this)
     AND (s.token_hash = session OR everywhere AND s.user_id = (SELECT o.user_id FROM public.user_session o WHERE o.token_hash = session)) $$;
`;

/** People, what they may do where, their sessions, and tokens of jobs and devices. Secrets are stored only as hashes. */
export class Access1764000001000 implements MigrationInterface {
  readonly name = 'Access1764000001000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
CREATE TABLE app_user (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  login text NOT NULL CONSTRAINT app_user_login_uq UNIQUE CONSTRAINT app_user_login_ck CHECK (login = lower(login)),
  name text NOT NULL,
  initials text NOT NULL,
  password_hash text NOT NULL,
  must_change boolean NOT NULL DEFAULT true,
  disabled_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now());

CREATE TABLE user_grant (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL CONSTRAINT user_grant_user_fk REFERENCES app_user (id),
  role text NOT NULL,
  -- Absent: registry-wide.
  facility_id uuid CONSTRAINT user_grant_facility_fk REFERENCES facility (id),
  CONSTRAINT user_grant_uq UNIQUE NULLS NOT DISTINCT (user_id, role, facility_id));

CREATE TABLE user_session (
  token_hash text PRIMARY KEY,
  user_id uuid NOT NULL CONSTRAINT user_session_user_fk REFERENCES app_user (id),
  csrf text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz);

CREATE TABLE api_token (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  token_hash text NOT NULL CONSTRAINT api_token_hash_uq UNIQUE,
  role text NOT NULL,
  facility_id uuid CONSTRAINT api_token_facility_fk REFERENCES facility (id),
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now());

-- Attempts to sign in, by the hash of an account, of an address, and of both. People type passwords into the wrong field: no text is kept.
CREATE TABLE login_throttle (
  key text PRIMARY KEY,
  attempts integer NOT NULL,
  since timestamptz NOT NULL DEFAULT now());

CREATE INDEX user_session_user_idx ON user_session (user_id);
${FUNCTIONS}
GRANT INSERT ON app_user, user_session, api_token TO perennial_app;
GRANT UPDATE (password_hash, must_change, disabled_at, name, initials) ON app_user TO perennial_app;
GRANT UPDATE (ended_at) ON user_session TO perennial_app;
GRANT UPDATE (revoked_at) ON api_token TO perennial_app;
GRANT SELECT, INSERT, DELETE ON user_grant TO perennial_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON login_throttle TO perennial_app;`);
    for (const [table, columns] of Object.entries(READABLE))
      await q.query(`GRANT SELECT (${columns}) ON ${table} TO perennial_app`);
    for (const [, signature] of FUNCTIONS.matchAll(/CREATE FUNCTION (\w+\([^)]*\))/g)) {
      const types = signature?.replace(/\w+ (text|integer|boolean)/g, '$1') ?? '';
      await q.query(`REVOKE ALL ON FUNCTION ${types} FROM PUBLIC; GRANT EXECUTE ON FUNCTION ${types} TO perennial_app`);
    }
  }

  async down(q: QueryRunner): Promise<void> {
    for (const [, name] of FUNCTIONS.matchAll(/CREATE FUNCTION (\w+)/g)) await q.query(`DROP FUNCTION ${name}`);
    await q.query('DROP TABLE login_throttle, api_token, user_session, user_grant, app_user');
  }
}
