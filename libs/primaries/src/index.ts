export * from './compare.js';
export * from './patient.js';
export { type Clause, type Decision, type Rule, type RuleSet, type Scope } from './rule-set.js';
export { RULE_SETS, RULE_SETS_VERSION } from './rules/index.js';
export { type HematopoieticBundle, type TableBundle } from './tables.js';
export { type TestSpec } from './tests.js';
export { partsOf, type TumorItems, type TumorParts } from './tumor.js';
