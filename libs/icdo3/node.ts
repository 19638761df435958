import { readDataJson } from '@perennial/config/node';
import {
  createIcdo3,
  createRecoder,
  type Icdo3,
  type MorphologyBundle,
  type RecodeBundle,
  type RecodeGroupBundle,
  type Recoder,
  type SiteTypeBundle,
  type TopographyBundle,
} from './src/index.js';

let loaded: Icdo3 | undefined;
let recoder: Recoder | undefined;

/** The classification, read once from the data that ships with the product. */
export function loadIcdo3(): Icdo3 {
  loaded ??= createIcdo3({
    topography: readDataJson<TopographyBundle>('icdo3', 'topography.json'),
    morphology: readDataJson<MorphologyBundle>('icdo3', 'morphology.json'),
    siteType: readDataJson<SiteTypeBundle>('icdo3', 'site-type.json'),
  });
  return loaded;
}

/** The recodes, read and compiled once. */
export function loadRecoder(): Recoder {
  recoder ??= createRecoder(
    readDataJson<RecodeBundle>('icdo3', 'recodes.json'),
    readDataJson<RecodeGroupBundle>('icdo3', 'recode-groups.json'),
  );
  return recoder;
}
