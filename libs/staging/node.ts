import { readDataJson } from '@perennial/config/node';
import { type Algorithm, createAlgorithm, type FactBundle, factSource } from './src/index.js';

let loaded: Algorithm | undefined;

/** EOD Public as it ships with the product, read once: an algorithm like one from a file, with short labels and no help texts. */
export function loadStagingFacts(): Algorithm {
  loaded ??= createAlgorithm(factSource(readDataJson<FactBundle>('staging', 'facts.json')));
  return loaded;
}
