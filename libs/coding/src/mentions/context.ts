import { CUE, type Reading } from '../reading.js';
import { GAP } from '../text/tokens.js';
import { wordOf } from './place.js';

/** How a statement is meant. */
export interface Context {
  readonly negated: boolean;
  /** Of the past, of the family, or only asked for. */
  readonly history: boolean;
  readonly metastatic: boolean;
  readonly uncertainty: 'none' | 'accepted' | 'refused';
}

/** Furthest that a word of context reaches, in words. */
export const REACH = 14;

/** Judge the words around a term: back to where the statement began, and a little beyond the term. */
export function contextOf(reading: Reading, from: number, to: number): Context {
  const { tokens, cue, cueFrom } = reading;
  let negated = false;
  let history = false;
  let metastatic = false;
  let uncertainty: Context['uncertainty'] = 'none';
  let broken = false;
  let shown = false;
  let object = false;
  let acceptedAt = -1;
  let lines = 0;
  for (let at = from; at >= Math.max(0, from - REACH); at -= 1) {
    if (at < from) {
      const kind = cue[at] ?? 0;
      if (kind !== 0 && (cueFrom[at] ?? at) <= at) {
        const far = from - at;
        switch (kind) {
          case CUE.away:
            if (far <= 2) negated = true;
            break;
          case CUE.negated:
          case CUE.benign:
            // "No evidence of tumor" on the line above has its object already.
            if (lines > 0 && (object || kind === CUE.benign)) break;
            // "Not CK7, in keeping with carcinoma": the nearer words turn the statement.
            if (acceptedAt > at + 1) break;
            if (!broken && !(shown && far > 2) && lines < 2 && (kind !== CUE.benign || startsWithNo(reading, at)))
              negated = true;
            break;
          case CUE.tumorWord:
            if (lines > 0) object = true;
            break;
          case CUE.contrast:
            broken = true;
            break;
          case CUE.shows:
            shown = true;
            break;
          case CUE.history:
          case CUE.family:
            if (!shown) history = true;
            break;
          case CUE.metastatic:
          case CUE.metastasisFrom:
            if (far <= 6) metastatic = true;
            break;
          case CUE.invading:
            break;
          case CUE.accepted:
            if (acceptedAt < 0) acceptedAt = cueFrom[at] ?? at;
            if (uncertainty === 'none' && far <= 10) uncertainty = 'accepted';
            break;
          case CUE.refused:
            if (far <= 10) uncertainty = 'refused';
            break;
          default:
        }
      }
    }
    if (tokens.clause[at] === 1) break;
    const bits = tokens.gap[at] ?? 0;
    if ((bits & GAP.NEWLINE) !== 0) lines += 1;
    // A colon ends what was said before it, but "negative for:" goes on.
    if ((bits & GAP.COLON) !== 0 && at > 0 && !(cue[at - 1] === CUE.negated || cue[at - 1] === CUE.history)) {
      if (!(cue[at - 1] === CUE.refused || cue[at - 1] === CUE.accepted)) break;
    }
  }
  // Inside of "negative for malignancy" and the like.
  if (cue[from] === CUE.benign && (cueFrom[from] ?? from) < from && startsWithNo(reading, from)) negated = true;
  const after = afterOf(reading, to);
  if (after.negated) negated = true;
  if (after.refused) uncertainty = 'refused';
  if (after.metastatic) metastatic = true;
  return { negated, history, metastatic, uncertainty };
}

/** Whether a phrase of benignity denies something (`no`, `negative`, `free`) rather than names something benign. */
function startsWithNo({ tokens, cueFrom }: Reading, at: number): boolean {
  const first = cueFrom[at] ?? at;
  return /^(no|negative|free|not|uninvolved)$/i.test(tokens.text.slice(tokens.start[first], tokens.end[first]));
}

const LINKS = new Set([
  'is',
  'are',
  'was',
  'were',
  'be',
  'component',
  'definitely',
  'definitively',
  'has',
  'have',
  'been',
]);

function afterOf(reading: Reading, to: number): { negated: boolean; refused: boolean; metastatic: boolean } {
  const { tokens, cue } = reading;
  let links = true;
  for (let at = to + 1; at < Math.min(tokens.count, to + 8); at += 1) {
    const bits = tokens.gap[at] ?? 0;
    const colon = (bits & GAP.COLON) !== 0;
    if (tokens.clause[at] === 1) break;
    const kind = cue[at] ?? 0;
    if (kind === CUE.refused && /^can(not)?$/i.test(wordOf(reading, at)))
      return { negated: false, refused: true, metastatic: false };
    if (
      kind === CUE.refused &&
      links &&
      at <= to + 2 &&
      /^(possible|questionable|suggested)$/i.test(wordOf(reading, at))
    )
      return { negated: false, refused: true, metastatic: false };
    if (kind === CUE.refusedAfter) return { negated: false, refused: true, metastatic: false };
    if (kind === CUE.negatedAfter || kind === CUE.negated) {
      const direct = at === to + 1;
      const word = tokens.text.slice(tokens.start[at], tokens.end[at]).toLowerCase();
      const bare = word === 'no' || word === 'negative' || word === 'none' || word === 'absent' || word === 'n';
      if (kind === CUE.negatedAfter && links && (bare ? direct && colon : true)) {
        return { negated: true, refused: false, metastatic: false };
      }
      // `Carcinoma in situ: no`.
      if (kind === CUE.negated && direct && colon && word === 'no' && endsStatement(reading, at))
        return { negated: true, refused: false, metastatic: false };
      if (kind === CUE.negated) break;
    }
    if (colon && at !== to + 1) break;
    if ((bits & (GAP.COMMA | GAP.SEMI)) !== 0) links = false;
    if (!LINKS.has(tokens.text.slice(tokens.start[at], tokens.end[at]).toLowerCase()) && kind !== CUE.inSitu)
      links = false;
    if (kind === CUE.metastatic && at <= to + 2) return { negated: false, refused: false, metastatic: true };
  }
  return { negated: false, refused: false, metastatic: false };
}

const endsStatement = ({ tokens }: Reading, at: number): boolean =>
  at + 1 >= tokens.count || tokens.clause[at + 1] === 1 || ((tokens.gap[at + 1] ?? 0) & (GAP.NEWLINE | GAP.STOP)) !== 0;
