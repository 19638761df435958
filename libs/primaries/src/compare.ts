import { CodeSet, SiteSet } from './codes.js';
import { type Answer, NO, Pair, UNKNOWN, YES } from './pair.js';
import { type Clause, type Decision, type Rule, type RuleSet } from './rule-set.js';
import { createHematopoieticPairs, createPairTables, type HematopoieticBundle, type TableBundle } from './tables.js';
import { compileTest, type Reference, type Test } from './tests.js';
import { partsOf, readTumor, type Tumor, type TumorItems, type TumorParts } from './tumor.js';

/** A decision of the rules; `INVALID_INPUT` when a value cannot be judged, `NOT_COVERED` when no set of rules is for the years. */
export type PairResult = Decision | 'INVALID_INPUT' | 'NOT_COVERED';

/** What the rules say of two tumors, and why. */
export interface PairVerdict {
  readonly result: PairResult;
  /** Id of the set of rules that both tumors belong to, for example `breast-2018`; `null` when there is none. */
  readonly group: string | null;
  /** Name of that set in the public reference's results. */
  readonly referenceGroup: string | null;
  /** Number of the deciding rule in its manual; `null` when no rule was run. */
  readonly step: string | null;
  /** The deciding rule, or why no rule was run, in a sentence. */
  readonly reason: string;
  /** What is not known, where a rule could be answered only tentatively; in words, for example `the side of a tumor`. */
  readonly unknown: readonly string[];
  /** Rule sets and pair tables that were used, `2026.1/2026`. */
  readonly version: string;
}

/** The engine: rules and tables, ready to compare. */
export interface Primaries {
  readonly version: string;
  readonly sets: readonly RuleSet[];
  /**
   * Compare two tumors by their NAACCR items.
   *
   * @param currentYear a later year of diagnosis is invalid.
   * @returns a verdict for any input, never an exception. The order of the tumors matters only where the rules look at the first one:
   * melanoma 2021 M4 and M6, non-malignant CNS M12.
   * @source SEER Solid Tumor Rules, Multiple Primary and Histology Rules 2007, Hematopoietic manual; see the README for how a list of rules runs.
   */
  compare(a: TumorItems, b: TumorItems, currentYear: number): PairVerdict;
  /** The same for tumors whose date stands in parts. */
  compareParts(a: TumorParts, b: TumorParts, currentYear: number): PairVerdict;
}

interface CompiledClause {
  readonly tests: readonly Test[];
  readonly then: Decision;
  readonly certain: boolean;
  readonly tentative: boolean;
}

interface CompiledRule {
  readonly rule: Rule;
  readonly clauses: readonly CompiledClause[];
}

interface CompiledSet {
  readonly set: RuleSet;
  readonly rules: readonly CompiledRule[];
  takes(tumor: Tumor, year: number): boolean;
}

function compileClause(clause: Clause, reference: Reference): CompiledClause {
  return {
    tests: clause.when.map((spec) => compileTest(spec, reference)),
    then: clause.then,
    certain: clause.certain ?? false,
    tentative: clause.tentative ?? false,
  };
}

function compileSet(set: RuleSet, reference: Reference): CompiledSet {
  const scopes = set.scopes.map((scope) => ({
    ...scope,
    sites: scope.sites === undefined ? undefined : new SiteSet(scope.sites),
    codes: scope.codes === undefined ? undefined : new CodeSet(scope.codes, reference.tables.lists),
    excluded: new CodeSet(scope.codesExcluded ?? '', reference.tables.lists),
    behaviors: new Set([...scope.behaviors].map(Number)),
  }));
  return {
    set,
    rules: set.rules.map((rule) => ({
      rule,
      clauses: rule.clauses.map((clause) => compileClause(clause, reference)),
    })),
    takes: (tumor, year) =>
      scopes.some(
        ({ years: [from, to], sites, codes, excluded, behaviors }) =>
          year >= from &&
          year <= to &&
          (sites?.has(tumor.site) ?? true) &&
          (codes?.has(tumor.code) ?? true) &&
          !excluded.has(tumor.code) &&
          behaviors.has(tumor.behavior),
      ),
  };
}

/** All tests together: no if one says no, else unknown if one is, else yes. */
function ask(tests: readonly Test[], pair: Pair): Answer {
  let all: Answer = YES;
  for (const test of tests) {
    const one = test.ask(pair);
    if (one === NO) return NO;
    if (one === UNKNOWN) all = UNKNOWN;
  }
  return all;
}

interface Fired {
  readonly clause: CompiledClause;
  readonly tentative: boolean;
}

function fire({ clauses }: CompiledRule, pair: Pair): Fired | undefined {
  for (const clause of clauses) {
    const said = ask(clause.tests, pair);
    if (said === YES) return { clause, tentative: clause.tentative };
    if (said === UNKNOWN && !clause.certain) return { clause, tentative: true };
  }
  return undefined;
}

const wanting = ({ tests }: CompiledClause, pair: Pair): readonly string[] => [
  ...new Set(tests.filter((test) => test.ask(pair) === UNKNOWN).map((test) => test.unknown ?? 'a value')),
];

/** Whether a set exists for a tumor's kind in a year: from 2007, for blood neoplasms from 2010. */
const isCovered = (tumor: Tumor, year: number): boolean =>
  year >= (tumor.histology >= 9590 && tumor.histology <= 9993 ? 2010 : 2007);

/** Build the engine from sets of rules and tables. */
export function createPrimaries(
  sets: readonly RuleSet[],
  setsVersion: string,
  bundles: { readonly tables: TableBundle; readonly hematopoietic: HematopoieticBundle },
): Primaries {
  const reference: Reference = {
    tables: createPairTables(bundles.tables),
    hematopoietic: createHematopoieticPairs(bundles.hematopoietic),
  };
  const compiled = sets.map((set) => compileSet(set, reference));
  const version = `${setsVersion}/${reference.hematopoietic.version}`;
  const without = (result: PairResult, reason: string): PairVerdict => ({
    result,
    group: null,
    referenceGroup: null,
    step: null,
    reason,
    unknown: [],
    version,
  });

  function run({ set, rules }: CompiledSet, pair: Pair): PairVerdict {
    const verdict = (result: PairResult, rule: Rule, unknown: readonly string[], reason = rule.says): PairVerdict => ({
      result,
      group: set.id,
      referenceGroup: set.reference,
      step: rule.step,
      reason,
      unknown,
      version,
    });
    let held: { readonly rule: Rule; readonly clause: CompiledClause } | undefined;
    for (const compiledRule of rules) {
      const fired = fire(compiledRule, pair);
      if (fired === undefined) continue;
      const { rule } = compiledRule;
      const { clause, tentative } = fired;
      if (held === undefined) {
        if (!tentative) return verdict(clause.then, rule, []);
        held = { rule, clause };
        continue;
      }
      if (clause.then !== held.clause.then) {
        return verdict(
          'QUESTIONABLE',
          held.rule,
          wanting(held.clause, pair),
          `${held.rule.says} That would decide, but not all it needs is known, and ${rule.step} says otherwise.`,
        );
      }
      if (!tentative) return verdict(clause.then, rule, wanting(held.clause, pair));
    }
    // A set ends with a rule that always fires; one that does not is left to people.
    return { ...without('QUESTIONABLE', 'No rule of the set decides.'), group: set.id, referenceGroup: set.reference };
  }

  function judge(a: Tumor, b: Tumor): PairVerdict {
    const year = Math.max(a.year, b.year);
    if (!isCovered(a, year) || !isCovered(b, year)) {
      return without('NOT_COVERED', `There is no set of rules here for tumors of this kind diagnosed in ${year}.`);
    }
    const setOf = (tumor: Tumor): CompiledSet | undefined => compiled.find((set) => set.takes(tumor, year));
    const [own, other] = [setOf(a), setOf(b)];
    if (own === undefined && other === undefined) {
      return isRepeated(a, b)
        ? without('SINGLE_PRIMARY', 'No set of rules is for these tumors; every value of theirs is equal.')
        : without('QUESTIONABLE', 'No set of rules is for these tumors.');
    }
    if (own === undefined || other === undefined) {
      return without('QUESTIONABLE', 'No set of rules is for one of the tumors.');
    }
    if (own !== other) {
      return without(
        'MULTIPLE_PRIMARIES',
        `The tumors belong to different sets of rules: ${[own, other]
          .map(({ set }) => set.name)
          .sort()
          .join('; ')}.`,
      );
    }
    return run(own, new Pair(a, b));
  }

  function compareParts(a: TumorParts, b: TumorParts, currentYear: number): PairVerdict {
    const [one, other] = [readTumor(a, currentYear), readTumor(b, currentYear)];
    if (one !== null && other !== null) return judge(one, other);
    return without(
      'INVALID_INPUT',
      'A tumor lacks a known site, a histology of 8000 to 9999, a behavior of 0, 1, 2, 3 or 6, or a year up to this one.',
    );
  }

  return {
    version,
    sets,
    compareParts,
    compare: (a, b, currentYear) => compareParts(partsOf(a), partsOf(b), currentYear),
  };
}

/** Whether two tumors agree in every value, all of them known. */
function isRepeated(a: Tumor, b: Tumor): boolean {
  return (
    a.site === b.site &&
    a.code === b.code &&
    a.laterality === b.laterality &&
    /^[0-59]$/.test(a.laterality) &&
    a.day > 0 &&
    a.year === b.year &&
    a.month === b.month &&
    a.day === b.day
  );
}
