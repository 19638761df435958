export { type Algorithm, createAlgorithm } from './algorithm.js';
export { checkAlgorithm } from './check.js';
export * from './errors.js';
export { factSource, type FactBundle } from './facts.js';
export * from './inputs.js';
export * from './items.js';
export * from './missing.js';
export { openPrepared, prepare, PREPARED_FORMAT } from './prepared.js';
export { readAlgorithm, type Result } from './read.js';
export * from './select.js';
export * from './source.js';
export {
  stage,
  stageInSchema,
  type StagingClock,
  type StagingInputs,
  type StagingOutcome,
  type StagingResult,
  YEAR_KEY,
} from './stage.js';
export { type FileProblem, ZIP_LIMITS, type ZipLimits } from './zip.js';
