import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Columns of an event, the same while it waits for its seal and after. */
const EVENT = `
  event uuid NOT NULL DEFAULT gen_random_uuid(),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  request_id uuid NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  route text NOT NULL,
  status integer NOT NULL,
  facility_ids uuid[] NOT NULL DEFAULT '{}',
  all_facilities boolean NOT NULL DEFAULT false,
  seen uuid[] NOT NULL DEFAULT '{}',
  detail jsonb`;

/** What is hashed, after the hash of the row before. The verifier has the same text of its own (libs/audit). */
const PAYLOAD = `jsonb_build_array(position, event, (extract(epoch FROM at) * 1000000)::bigint, request_id, actor, action, route, status,
  to_jsonb(facility_ids), all_facilities, to_jsonb(seen), detail)::text`;

const COLUMNS = 'event, at, request_id, actor, action, route, status, facility_ids, all_facilities, seen, detail';
const OWN = `(current_setting('perennial.audit_all', true) = 'on' OR (NOT all_facilities AND facility_ids && nullif(current_setting('perennial.audit_facilities', true), '')::uuid[]))`;

const FUNCTIONS = `
-- Number and chain waiting events, oldest first. One sealer at a time; whoever comes meanwhile goes home with nothing.
CREATE FUNCTION audit_seal(most integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  head record;
  one record;
  sealed integer := 0;
BEGIN
  SELECT h.position, h.hash INTO head FROM public.audit_head h FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN 0; END IF;
  FOR one IN
    WITH taken AS (DELETE FROM public.audit_pending WHERE id IN (SELECT p.id FROM public.audit_pending p ORDER BY p.id LIMIT most) RETURNING *)
    SELECT ${COLUMNS}, head.position + row_number() OVER (ORDER BY id) AS position FROM taken ORDER BY id
  LOOP
    head.hash := sha256(head.hash || convert_to(${PAYLOAD.replace(/\b(position|event|at|request_id|actor|action|route|status|facility_ids|all_facilities|seen|detail)\b/g, 'one.$1')}, 'UTF8'));
    INSERT INTO public.audit_event (position, ${COLUMNS}, hash)
    VALUES (one.position, one.event, one.at, one.request_id, one.actor, one.action, one.route, one.status, one.facility_ids, one.all_facilities, one.seen, one.detail, head.hash);
    head.position := one.position;
    sealed := sealed + 1;
  END LOOP;
  IF sealed > 0 THEN UPDATE public.audit_head SET position = head.position, hash = head.hash; END IF;
  RETURN sealed;
END $$;

-- How far the log is sealed and what waits.
CREATE FUNCTION audit_state() RETURNS TABLE ("position" bigint, hash text, unsealed bigint, oldest_unsealed timestamptz)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT h.position, encode(h.hash, 'hex'), (SELECT count(*) FROM public.audit_pending), (SELECT min(p.at) FROM public.audit_pending p) FROM public.audit_head h $$;

-- Every id under which somebody can have seen a patient: the patient, and rows of any table that name the patient.
CREATE FUNCTION audit_subject(patient uuid) RETURNS uuid[] LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  place record;
  found uuid[];
  ids uuid[] := ARRAY[patient];
BEGIN
  FOR place IN
    SELECT c.oid::regclass AS name, CASE WHEN k.attname IS NULL THEN 'submission_id' ELSE 'id' END AS key
      FROM pg_class c JOIN pg_attribute p ON p.attrelid = c.oid AND p.attname = 'patient_id' AND NOT p.attisdropped
      LEFT JOIN pg_attribute k ON k.attrelid = c.oid AND k.attname = 'id' AND k.atttypid = 'uuid'::regtype AND NOT k.attisdropped
     WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND (k.attname IS NOT NULL OR c.relname = 'submission_record')
  LOOP
    EXECUTE format('SELECT array_agg(DISTINCT %I) FROM %s WHERE patient_id = $1', place.key, place.name) INTO found USING patient;
    ids := ids || coalesce(found, '{}');
  END LOOP;
  RETURN ids;
END $$;

-- Who saw a patient, newest first, within the auditor's reach. Under the policy of the table no index on arrays could serve it; and were
-- order and limit seen with the condition, the log would be walked from its end in the hope of meeting the patient soon.
CREATE FUNCTION audit_of_patient(patient uuid, below bigint, most integer) RETURNS SETOF audit_event
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  WITH found AS MATERIALIZED (SELECT e.* FROM public.audit_event e WHERE e.seen && (SELECT public.audit_subject(patient)))
  SELECT e.* FROM found e
   WHERE (below IS NULL OR e.position < below)
     AND (current_setting('perennial.audit_all', true) = 'on' OR (NOT e.all_facilities AND e.facility_ids && nullif(current_setting('perennial.audit_facilities', true), '')::uuid[]))
   ORDER BY e.position DESC LIMIT most $$;
`;

/**
 * The audit log. A request writes its event unchained, in its own transaction, so that requests never wait for each other; the sealer
 * numbers committed events and chains each to the one before. The application can add events and read sealed ones as an auditor; it can
 * neither change nor remove any.
 */
export class Audit1764000070000 implements MigrationInterface {
  readonly name = 'Audit1764000070000';

  async up(q: QueryRunner): Promise<void> {
    await q.query(`
CREATE TABLE audit_pending (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,${EVENT});

CREATE TABLE audit_event (
  position bigint PRIMARY KEY,${EVENT},
  hash bytea NOT NULL);

CREATE TABLE audit_head (
  single boolean PRIMARY KEY DEFAULT true CONSTRAINT audit_head_one_ck CHECK (single),
  position bigint NOT NULL,
  hash bytea NOT NULL);
INSERT INTO audit_head (position, hash) VALUES (0, sha256('perennial audit'));

CREATE INDEX audit_event_seen_idx ON audit_event USING gin (seen);
CREATE INDEX audit_event_actor_idx ON audit_event (actor, position);
CREATE INDEX audit_event_at_idx ON audit_event USING brin (at);

ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_event_scope ON audit_event FOR SELECT TO perennial_app USING (${OWN.replace(/current_setting\('([a-z._]+)', true\)/g, `(SELECT current_setting('$1', true))`)});
GRANT SELECT ON audit_event TO perennial_app;
GRANT INSERT ON audit_pending TO perennial_app;
${FUNCTIONS}`);
    for (const [, name] of FUNCTIONS.matchAll(/CREATE FUNCTION (\w+)/g))
      await q.query(`REVOKE ALL ON FUNCTION ${name} FROM PUBLIC`);
    await q.query(`GRANT EXECUTE ON FUNCTION audit_seal, audit_state, audit_of_patient TO perennial_app`);
  }

  async down(q: QueryRunner): Promise<void> {
    await q.query(`DROP FUNCTION audit_of_patient, audit_subject, audit_state, audit_seal`);
    await q.query(`DROP TABLE audit_head, audit_event, audit_pending`);
  }
}
