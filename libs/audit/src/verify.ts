import { type EntityManager } from 'typeorm';

/** What a sealed row's hash covers, after the hash of the row before: the same text as in the database's sealer (migration 1764000070000). */
const PAYLOAD = `jsonb_build_array(position, event, (extract(epoch FROM at) * 1000000)::bigint, request_id, actor, action, route, status,
  to_jsonb(facility_ids), all_facilities, to_jsonb(seen), detail)::text`;
/** Rows in one statement: each is a range of the primary key, read in order. */
const RANGE = 100_000;

/** A place where the log is not as it was sealed. */
export interface Breach {
  readonly position: number;
  readonly kind: 'altered' | 'removed' | 'inserted';
  readonly event: string | null;
  readonly why: string;
}

export interface Verified {
  /** Rows up to the end of the chain. */
  readonly sealed: number;
  /** Hash of the last row, as hexadecimal: kept elsewhere, it proves that nothing before it was rewritten. */
  readonly head: string;
  readonly unsealed: number;
  readonly oldestUnsealed: string | null;
  /** The first breach; `null` when the log is whole. */
  readonly breach: Breach | null;
}

interface Suspect {
  readonly position: string;
  readonly event: string;
  readonly expected_position: string;
  readonly fits: boolean;
}

/** The first row of a range that is out of place or does not fit the hash before it. */
const FIRST_WRONG = `
  SELECT position, event, expected_position, fits FROM (
    SELECT position, event,
           coalesce(lag(position) OVER w, $3::bigint) + 1 AS expected_position,
           hash = sha256(coalesce(lag(hash) OVER w, decode($4, 'hex')) || convert_to(${PAYLOAD}, 'UTF8')) AS fits
      FROM audit_event WHERE position > $1 AND position <= $2 WINDOW w AS (ORDER BY position)) AS chained
   WHERE NOT fits OR position <> expected_position ORDER BY position LIMIT 1`;

/**
 * Walk the whole log and compare every row with its seal.
 *
 * Set-based, a range of the primary key at a time, in constant memory. The transaction must see the whole log (an auditor of the registry).
 *
 * @param anchor an end of the chain that was kept elsewhere: the row at its position must still have its hash.
 * @param progress called after each range with the position reached.
 */
export async function verifyLog(
  tx: EntityManager,
  anchor?: { readonly position: number; readonly hash: string },
  progress: (position: number, of: number) => void = () => undefined,
): Promise<Verified> {
  const [state] =
    await tx.query<{ position: string; hash: string; unsealed: string; oldest_unsealed: Date | null }[]>(
      `SELECT * FROM audit_state()`,
    );
  if (state === undefined) throw new Error('the log has no head');
  const [ends] = await tx.query<{ last: string | null }[]>(`SELECT max(position) AS last FROM audit_event`);
  const sealed = Number(state.position);
  const last = Number(ends?.last ?? 0);
  const summary = {
    sealed,
    head: state.hash,
    unsealed: Number(state.unsealed),
    oldestUnsealed: state.oldest_unsealed?.toISOString() ?? null,
  };
  // What stands behind the end of the chain was never sealed: it is judged at the end.
  const end = Math.min(last, sealed);
  let before = { position: 0, hash: await genesis(tx) };
  for (let from = 0; from < end; from += RANGE) {
    const to = Math.min(from + RANGE, end);
    const [wrong] = await tx.query<Suspect[]>(FIRST_WRONG, [from, to, before.position, before.hash]);
    if (wrong !== undefined) return { ...summary, breach: await explain(tx, wrong) };
    const [tail] = await tx.query<{ position: string; hash: string }[]>(
      `SELECT position, encode(hash, 'hex') AS hash FROM audit_event WHERE position > $1 AND position <= $2 ORDER BY position DESC LIMIT 1`,
      [from, to],
    );
    if (tail !== undefined) before = { position: Number(tail.position), hash: tail.hash };
    progress(to, end);
  }
  return { ...summary, breach: await judgeEnd(tx, sealed, state.hash, last, before, anchor) };
}

async function genesis(tx: EntityManager): Promise<string> {
  const [row] = await tx.query<{ hash: string }[]>(`SELECT encode(sha256('perennial audit'), 'hex') AS hash`);
  return row?.hash ?? '';
}

async function explain(tx: EntityManager, wrong: Suspect): Promise<Breach> {
  const position = Number(wrong.position);
  const expected = Number(wrong.expected_position);
  if (position > expected) {
    const upTo = position - 1 > expected ? ` to ${position - 1}` : '';
    return { position: expected, kind: 'removed', event: null, why: `row ${expected}${upTo} is gone` };
  }
  // Had a row been pushed in here and the later ones moved up, the next one would fit in this one's place.
  const [next] = await tx.query<{ fits: boolean }[]>(
    `SELECT next.hash = sha256(before.hash || convert_to(${PAYLOAD.replace('(position,', '(next.position - 1,').replace(/\b(event|at|request_id|actor|action|route|status|facility_ids|all_facilities|seen|detail)\b/g, 'next.$1')}, 'UTF8')) AS fits
       FROM audit_event next, (SELECT coalesce((SELECT b.hash FROM audit_event b WHERE b.position = $1::bigint - 1), sha256('perennial audit')) AS hash) AS before
      WHERE next.position = $1::bigint + 1`,
    [position],
  );
  if (next?.fits === true)
    return {
      position,
      kind: 'inserted',
      event: wrong.event,
      why: `row ${position} was never sealed; the rows after it were moved up`,
    };
  return {
    position,
    kind: 'altered',
    event: wrong.event,
    why: `row ${position} does not fit its seal: it was altered, or the one before it was altered or removed and sealed anew`,
  };
}

async function judgeEnd(
  tx: EntityManager,
  sealed: number,
  head: string,
  last: number,
  walked: { readonly position: number; readonly hash: string },
  anchor?: { readonly position: number; readonly hash: string },
): Promise<Breach | null> {
  if (walked.position < sealed)
    return {
      position: walked.position + 1,
      kind: 'removed',
      event: null,
      why: `the log ends at row ${walked.position}, and ${sealed} rows were sealed`,
    };
  if (last > sealed) {
    const [row] = await tx.query<{ position: string; event: string }[]>(
      `SELECT position, event FROM audit_event WHERE position > $1 ORDER BY position LIMIT 1`,
      [sealed],
    );
    return {
      position: Number(row?.position ?? last),
      kind: 'inserted',
      event: row?.event ?? null,
      why: `row ${row?.position ?? last} was never sealed: the chain ends at ${sealed}`,
    };
  }
  if (walked.hash !== head)
    return { position: sealed, kind: 'altered', event: null, why: 'the last row and the end of the chain differ' };
  if (anchor === undefined) return null;
  const [row] = await tx.query<{ hash: string }[]>(
    `SELECT encode(hash, 'hex') AS hash FROM audit_event WHERE position = $1`,
    [anchor.position],
  );
  return row?.hash === anchor.hash.toLowerCase()
    ? null
    : {
        position: anchor.position,
        kind: row === undefined ? 'removed' : 'altered',
        event: null,
        why: `row ${anchor.position} had another seal when its hash was kept: the log was rewritten`,
      };
}
