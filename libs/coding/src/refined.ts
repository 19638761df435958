import { type Choice, spanOf } from './choice.js';
import { type Reading } from './reading.js';
import { type EvidenceSpan } from './types.js';

/** Sites of the oropharynx by the solid tumor rules. */
const OROPHARYNX = /^C(019|024|05[12]|09[0189]|10[023489]|111)/;
/** Squamous cell carcinoma, NOS, and its kinds by keratin: whether a virus is at work outranks them there. */
const SQUAMOUS = /^807[0-2]$/;
const BY_VIRUS = { positive: '8085', negative: '8086' } as const;
/** Organs whose squamous carcinomas are told apart by the virus as well; p16 is not taken for it there. */
const ANOGENITAL = /^C(21|51|52|53|60)/;
/** Years of diagnosis from which a test of the virus, and p16 in its place, may be used. */
const VIRUS_FROM = 2018;
const P16_FROM = 2022;
const ANOGENITAL_FROM = 2022;

/** Neuroendocrine tumor, NOS, and the code of those of grade 2 or 3. */
const NEUROENDOCRINE = '8240';
const NEUROENDOCRINE_HIGHER = '8249';

/**
 * The histology that another finding of the report makes exact: the virus for squamous carcinomas (p16 stands for it in the oropharynx), the
 * grade for neuroendocrine tumors.
 *
 * @source SEER Solid Tumor Rules, head and neck (8085, 8086; p16 from 2022); ICD-O-3.2 update of 2022 (the same codes at anus, vulva, vagina,
 * cervix and penis); ICD-O-3.2, 8240 and 8249.
 */
export function refined(
  reading: Reading,
  histology: Choice,
  site: string | null,
  grade: Choice | null,
  year: number,
): Choice {
  const virus = SQUAMOUS.test(histology.value) ? virusAt(reading, site ?? '', year) : null;
  if (virus !== null)
    return {
      ...histology,
      value: BY_VIRUS[virus.result],
      spans: [...virus.spans, ...histology.spans],
      rule: `squamous-virus-${virus.result}`,
    };
  if (histology.value === NEUROENDOCRINE && grade !== null && (grade.value === '2' || grade.value === '3'))
    return {
      ...histology,
      value: NEUROENDOCRINE_HIGHER,
      spans: [...histology.spans, ...grade.spans],
      rule: 'neuroendocrine-grade',
      confidence: Math.min(histology.confidence, grade.confidence),
    };
  return histology;
}

type Result = keyof typeof BY_VIRUS;

/** Most words between a test and its result, on either side. */
const REACH = 5;
const VIRUS = /^(hpv|papillomavirus|hrhpv)$/i;
const P16 = /^p-?16/i;
const POSITIVE = /^(positive|positivity|reactive|detected|associated|related|mediated|driven|pos)$/i;
const NEGATIVE = /^(negative|neg|independent|absent|undetected|nonreactive)$/i;

function virusAt(reading: Reading, site: string, year: number): ReturnType<typeof virusOf> {
  if (OROPHARYNX.test(site) && year >= VIRUS_FROM) return virusOf(reading, year >= P16_FROM);
  return ANOGENITAL.test(site) && year >= ANOGENITAL_FROM ? virusOf(reading, false) : null;
}

/** What tests of the virus say; where none is told, what p16 says. Tests that contradict each other say nothing. */
function virusOf(reading: Reading, withP16: boolean): { result: Result; spans: EvidenceSpan[] } | null {
  const { tokens } = reading;
  const found: { byVirus: boolean; result: Result; span: EvidenceSpan }[] = [];
  for (let at = 0; at < tokens.count; at += 1) {
    const word = wordAt(reading, at);
    const byVirus = VIRUS.test(word);
    if (!byVirus && !(withP16 && P16.test(word))) continue;
    const said = resultAt(reading, at);
    if (said !== null) found.push({ byVirus, result: said.result, span: spanOf(reading, said.from, said.to) });
  }
  const virus = found.filter((one) => one.byVirus);
  const told = virus.length > 0 ? virus : found;
  const [first] = told;
  if (first === undefined || told.some((one) => one.result !== first.result)) return null;
  return { result: first.result, spans: told.map((one) => one.span) };
}

function resultAt(reading: Reading, test: number): { result: Result; from: number; to: number } | null {
  const { tokens } = reading;
  // `p16+`, `HPV (-)`: the sign stands behind the word.
  const behind = tokens.text.slice(tokens.end[test] ?? 0, (tokens.end[test] ?? 0) + 4);
  const sign = /^ ?\(?([+-])(?![\w-])/.exec(behind)?.[1];
  if (sign !== undefined) return { result: sign === '+' ? 'positive' : 'negative', from: test, to: test };
  for (let at = test + 1; at <= Math.min(tokens.count - 1, test + REACH) && sameClause(reading, test, at); at += 1) {
    const result = resultOf(wordAt(reading, at), wordAt(reading, at - 1));
    if (result !== null) return { result, from: test, to: at };
  }
  for (let at = test - 1; at >= Math.max(0, test - REACH) && sameClause(reading, at, test); at -= 1) {
    // "Positive for p16": only a result that speaks of what follows.
    if (!/^for$/i.test(wordAt(reading, at + 1))) continue;
    const result = resultOf(wordAt(reading, at), wordAt(reading, at - 1));
    if (result !== null) return { result, from: at, to: test };
  }
  return null;
}

function resultOf(word: string, before: string): Result | null {
  if (NEGATIVE.test(word)) return 'negative';
  if (!POSITIVE.test(word)) return null;
  return /^(not|non|no)$/i.test(before) ? 'negative' : 'positive';
}

const wordAt = ({ tokens }: Reading, at: number): string => tokens.text.slice(tokens.start[at], tokens.end[at]);

function sameClause({ tokens }: Reading, from: number, to: number): boolean {
  for (let at = from + 1; at <= to; at += 1) if (tokens.clause[at] === 1) return false;
  return true;
}
