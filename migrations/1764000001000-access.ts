import { type MigrationInterface, type QueryRunner } from 'typeorm';

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
  failed_attempts integer NOT NULL DEFAULT 0,
  locked_until timestamptz,
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

CREATE INDEX user_session_user_idx ON user_session (user_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON app_user, user_grant, user_session, api_token TO perennial_app;`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query('DROP TABLE api_token, user_session, user_grant, app_user');
  }
}
