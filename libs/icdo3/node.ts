import { readDataJson } from '@perennial/config/node';
import {
  createIcdo3,
  type Icdo3,
  type MorphologyBundle,
  type SiteTypeBundle,
  type TopographyBundle,
} from './src/index.js';

let loaded: Icdo3 | undefined;

/** The classification, read once from the data that ships with the product. */
export function loadIcdo3(): Icdo3 {
  loaded ??= createIcdo3({
    topography: readDataJson<TopographyBundle>('icdo3', 'topography.json'),
    morphology: readDataJson<MorphologyBundle>('icdo3', 'morphology.json'),
    siteType: readDataJson<SiteTypeBundle>('icdo3', 'site-type.json'),
  });
  return loaded;
}
