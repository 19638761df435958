import { type Choice, clamp, round, spansOf } from '../choice.js';
import { type HistologyChoice } from '../histology.js';
import { CUE, type Reading } from '../reading.js';
import { type CodingTables } from '../tables.js';
import { gradeMentions } from './statements.js';
import { GRADE_TABLES } from './tables.js';

/** The grade in the site's own way; of several the nearest and best placed, and of equals the highest. */
export function chooseGrade(
  reading: Reading,
  site: string,
  histology: HistologyChoice,
  tables: CodingTables,
): Choice | null {
  const table = GRADE_TABLES.find(
    (one) =>
      one.sites.test(site) &&
      (one.histologies?.test(histology.value) ?? true) &&
      (one.behaviors?.test(histology.behavior) ?? true),
  );
  if (table === undefined) return null;
  if (table.ways.length === 0) return { value: '8', spans: histology.spans, rule: table.rule, confidence: 0.9 };
  const mentions = gradeMentions(reading, histology, tables);
  for (const way of table.ways) {
    const fitting = mentions.filter(
      (one) =>
        one.method === way.method &&
        (way.qualifier?.test(one.qualifier) ?? true) &&
        !(way.notQualifier?.test(one.qualifier) ?? false) &&
        (way.codes[one.value - 1] ?? null) !== null,
    );
    if (fitting.length === 0) continue;
    const scores = new Map<number, number>();
    for (const one of fitting) scores.set(one.value, Math.max(scores.get(one.value) ?? 0, one.weight));
    const ranked = [...scores].sort((a, b) => b[1] - a[1]);
    const top = ranked[0]?.[1] ?? 0;
    const value = Math.max(...ranked.filter(([, weight]) => weight >= top * 0.85).map(([rank]) => rank));
    const code = way.codes[value - 1] ?? '';
    // Other ways of saying the same grade stand behind it as evidence.
    const mine = mentions
      .filter((one) => table.ways.some((other) => other.method === one.method && other.codes[one.value - 1] === code))
      .map((one) => ({ ...one, weight: fitting.includes(one) ? one.weight : one.weight / 100 }));
    const others = ranked.filter(([rank]) => way.codes[rank - 1] !== code);
    const share = top / (top + (others[0]?.[1] ?? 0) + 0.2);
    return {
      value: code,
      spans: spansOf(reading, mine),
      rule: `${table.rule}:${way.method}`,
      confidence: round(clamp(0.45 + 0.5 * share - (top < 1.5 ? 0.15 : 0), 0.3, 0.96)),
    };
  }
  return null;
}

/** A biopsy grades clinically, a resection pathologically; after treatment the grade has an item of its own. @source NAACCR items 3843 to 3845. */
export function gradeItemOf({ cue, tokens }: Reading): {
  gradeItem?: 'gradeClinical' | 'gradePathological' | 'gradePostTherapy';
} {
  let biopsy = false;
  let resection = false;
  for (let at = 0; at < tokens.count; at += 1) {
    if (cue[at] === CUE.treated) return { gradeItem: 'gradePostTherapy' };
    if (cue[at] === CUE.biopsy || cue[at] === CUE.cytology) biopsy = true;
    if (cue[at] === CUE.resection) resection = true;
  }
  if (resection) return { gradeItem: 'gradePathological' };
  return biopsy ? { gradeItem: 'gradeClinical' } : {};
}
