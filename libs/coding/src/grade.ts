import { type Choice } from './choose.js';

interface GradeRule {
  readonly rule: string;
  readonly sites: RegExp;
  readonly pattern: RegExp;
  readonly value: (match: RegExpExecArray) => string | null;
}

const ROMAN: Readonly<Record<string, string>> = {
  i: '1',
  ii: '2',
  iii: '3',
  iv: '4',
  '1': '1',
  '2': '2',
  '3': '3',
  '4': '4',
};
const numeral = (text: string | undefined): string | null => ROMAN[(text ?? '').toLowerCase()] ?? null;

/** Gleason patterns to the grade group of the ISUP (1 to 5). */
function gradeGroup(primary: number, secondary: number): string | null {
  const sum = primary + secondary;
  if (primary < 1 || primary > 5 || secondary < 1 || secondary > 5) return null;
  if (sum <= 6) return '1';
  if (sum === 7) return primary === 3 ? '2' : '3';
  return sum === 8 ? '4' : '5';
}

/**
 * How each site grades, the most specific way first.
 *
 * @source NAACCR grade coding manual: site-specific grade tables take precedence over the generic differentiation grade.
 */
const RULES: readonly GradeRule[] = [
  {
    rule: 'grade-group',
    sites: /^C619/,
    pattern: /\b(?:grade group|group grade|ISUP grade(?: group)?)\s*:?\s*([1-5])\b/i,
    value: (match) => match[1] ?? null,
  },
  {
    rule: 'gleason',
    sites: /^C619/,
    pattern: /\bgleason[^.;\d]{0,40}?([1-5])\s*\+\s*([1-5])/i,
    value: (match) => gradeGroup(Number(match[1]), Number(match[2])),
  },
  {
    rule: 'nottingham',
    sites: /^C50/,
    pattern:
      /\b(?:overall grade|nottingham[^.;]{0,60}?grade|(?:histologic|combined|SBR|Bloom[^.;]{0,25}) grade[^.;\d]{0,25})\s*:?\s*(iii|ii|i|[1-3])\b/i,
    value: (match) => numeral(match[1]),
  },
  {
    rule: 'fuhrman-isup',
    sites: /^C649/,
    pattern: /\b(?:fuhrman|furhman|isup|nuclear)[^.;\d]{0,30}?(?:grade)?\s*:?\s*(iv|iii|ii|i|[1-4])\b/i,
    value: (match) => numeral(match[1]),
  },
  {
    rule: 'who-cns',
    sites: /^C7[0-2]|^C75[1-3]/,
    pattern: /\b(?:who|grade)[^.;\d]{0,12}?\b(iv|iii|ii|i|[1-4])\b/i,
    value: (match) => numeral(match[1]),
  },
  {
    rule: 'urothelial-high-low',
    sites: /^C6[5-8]/,
    pattern: /\b(high|low)[- ]grade\b/i,
    value: (match) => (match[1]?.toLowerCase() === 'high' ? 'H' : 'L'),
  },
  {
    rule: 'generic-number',
    sites: /^C(?!619|7[0-2]|6[5-8])/,
    pattern: /\b(?:figo |histologic |tumor |nuclear )?grade\s*:?\s*(iii|ii|iv|i|[1-4])\b/i,
    value: (match) => numeral(match[1]),
  },
  {
    rule: 'differentiation',
    sites: /^C(?!619|7[0-2]|6[5-8])/,
    pattern: /\b(well|moderately|rnoderately|poorly|un)[- ]?(?:to (?:poorly|moderately)[- ])?differentiated\b/i,
    value: (match) =>
      ({ well: '1', moderately: '2', rnoderately: '2', poorly: '3', un: '4' })[(match[1] ?? '').toLowerCase()] ?? null,
  },
];

/** Histologies that are never graded this way. */
const UNGRADED = /^(87[2-9]|905|96|97|98|99|8936)/;

/** The grade by the site's own way, from the words nearest after the diagnosis. */
export function chooseGrade(text: string, site: string, histology: string, at: number): Choice<string> | null {
  if (UNGRADED.test(histology)) return null;
  const from = Math.max(0, at - 300);
  for (const { rule, sites, pattern, value } of RULES) {
    if (!sites.test(site)) continue;
    const near = pattern.exec(text.slice(from, at + 1_500));
    const match = near ?? pattern.exec(text);
    if (match === null) continue;
    const grade = value(match);
    const start = match.index + (near === null ? 0 : from);
    if (grade !== null)
      return {
        value: grade,
        spans: [{ start, end: start + match[0].length, section: '' }],
        rule,
        confidence: near === null ? 0.7 : 0.88,
      };
  }
  return null;
}
