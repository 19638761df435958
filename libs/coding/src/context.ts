/** How a statement in a text is meant. */
export interface Context {
  readonly negated: boolean;
  /** Of the past, of the family, or of something that was only asked for. */
  readonly history: boolean;
  readonly metastatic: boolean;
  readonly uncertainty: 'none' | 'accepted' | 'refused';
}

/** Furthest that a word of context reaches, in characters. */
const REACH = 90;

const NEGATION =
  /\b(no|not|without|negative for|free of|absence of|no evidence of|never|fails? to show|does not show|insufficient for|rule out|ruled out|r\/o|exclude[sd]?|non[- ]?diagnostic (of|for))\b[^.;]*$/;
const NEGATION_AFTER =
  /^[^.;:\n]{0,25}?\b(is|are|was|were)?\s*(not (identified|seen|present|found|detected)|absent|negative|excluded|ruled out|not involved|uninvolved)\b/;
const BROKEN = /\b(but|however|although|except|with|showing|shows|present|identified|consistent)\b/;
const HISTORY =
  /\b(history of|h\/o|hx of|prior|previous(ly)?|family history|status post|s\/p|known|treated for|evaluate for|screening for|risk (of|for)|years? ago|weeks? ago)\b[^.;]*$/;
const METASTATIC = /\b(metasta\w*|secondary|spread of|involved by|involvement by|positive for)\b[^.;]*$/;
/** @source SEER Program Coding and Staging Manual, ambiguous terminology for reportability. */
const ACCEPTED =
  /\b(apparent(ly)?|appears|comparable with|compatible with|consistent with|favor(s|ed|ing)?|malignant appearing|most likely|presumed|probabl[ey]|suspect(ed)?|suspicious( for)?|typical of)\b[^.;]*$/;
const REFUSED =
  /\b(cannot (be )?(rule[d]? out|exclude[d]?)|equivocal|possibl[ey]|potentially|questionable|rule out|suggest(s|ive|ing)?( of)?|worrisome( for)?|highly considered|concerning for|raises? the possibility|differential( diagnosis)?)\b[^.;]*$/;

/** The clause before a place: back to the last end of a statement, a new specimen or a blank line, and not further than words reach. */
function clauseBefore(text: string, start: number): string {
  const window = text.slice(Math.max(0, start - REACH), start).toLowerCase();
  const cut = Math.max(
    window.lastIndexOf('.'),
    window.lastIndexOf(';'),
    window.search(/\n\s*\n(?![\s\S]*\n\s*\n)/),
    window.search(/\n\s*([a-h]|[0-9]{1,2})[.):](?![\s\S]*\n\s*([a-h]|[0-9]{1,2})[.):])/),
  );
  return window.slice(cut + 1);
}

/** Judge the words around a term. */
export function contextOf(text: string, start: number, end: number): Context {
  const before = clauseBefore(text, start);
  const after = text.slice(end, end + 60).toLowerCase();
  const negation = NEGATION.exec(before)?.[0] ?? '';
  const negated = (negation !== '' && !BROKEN.test(negation.replace(/^\S+( \S+)?/, ''))) || NEGATION_AFTER.test(after);
  const refused =
    REFUSED.test(before) || /^[^.;\n]{0,30}\b(cannot be (ruled out|excluded)|is (possible|questionable))/.test(after);
  const uncertainty = refused ? 'refused' : ACCEPTED.test(before) ? 'accepted' : 'none';
  return { negated, history: HISTORY.test(before), metastatic: METASTATIC.test(before), uncertainty };
}
