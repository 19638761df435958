/** Entry of the bundle that the bench of the edits runs in a browser: tables come as parsed JSON, as after a fetch. */
import {
  createEditTables,
  createEngines,
  type EditBundles,
  type EditSet,
  editSet,
  type Finding,
  runEdits,
} from '@perennial/edits';
import { createIcdo3, type MorphologyBundle, type SiteTypeBundle, type TopographyBundle } from '@perennial/icdo3';
import { createDictionary, type ItemBundle, type PatientRecord } from '@perennial/naaccr';
import {
  createPrimaries,
  type HematopoieticBundle,
  RULE_SETS,
  RULE_SETS_VERSION,
  type TableBundle,
} from '@perennial/primaries';
import { createAlgorithm, type FactBundle, factSource } from '@perennial/staging';

interface Fetched {
  readonly edits: EditBundles;
  readonly topography: TopographyBundle;
  readonly morphology: MorphologyBundle;
  readonly siteType: SiteTypeBundle;
  readonly items: ItemBundle;
  readonly staging: FactBundle;
  readonly primaryTables: TableBundle;
  readonly hematopoietic: HematopoieticBundle;
}

let set: EditSet | undefined;

/** Build the set from fetched tables. */
export function start(fetched: Fetched): void {
  const { topography, morphology, siteType } = fetched;
  const staging = createAlgorithm(factSource(fetched.staging));
  const primaries = createPrimaries(RULE_SETS, RULE_SETS_VERSION, {
    tables: fetched.primaryTables,
    hematopoietic: fetched.hematopoietic,
  });
  const tables = createEditTables(
    fetched.edits,
    { icdo3: createIcdo3({ topography, morphology, siteType }), siteType, dictionary: createDictionary(fetched.items) },
    createEngines(
      () => staging,
      () => primaries,
    ),
  );
  set = editSet('full', tables);
}

export function run(patients: readonly PatientRecord[], today: string): Finding[][] {
  const ready = set;
  if (ready === undefined) throw new Error('start was not called');
  return patients.map((patient) => runEdits(ready, patient, today));
}
