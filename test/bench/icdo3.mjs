/**
 * Look-up of sites and histologies as a field asks it, key by key, and recodes of tumors in memory.
 *
 * `npm run bench -- icdo3 [tumors]`. Times are CPU; the median of five runs. The public reference states 10,000 to 20,000 tumors a second for
 * eleven recodes together; it cannot run here, so its figure is quoted, not measured.
 */
import { lib } from '../../scripts/platform.mjs';

const RUNS = 5;
const TYPED = [
  'invasive ductal carcinoma',
  'adenocarcinoma in situ',
  'squamous cell ca',
  'diffuse large b cell lymphoma',
  'papillary thyroid',
  'renal cell carcinoma clear',
  'melanma',
  'DCIS',
  '8140/3',
];
const TYPED_SITES = ['upper outer quadrant breast', 'sigmoid colon', 'RUL', 'C50.4', 'frontal lobe', 'tounge'];

const cpuMs = (work) => {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const runs = (work) => median(Array.from({ length: RUNS }, () => cpuMs(work)));
const prefixes = (texts) => texts.flatMap((text) => [...text].map((_, at) => text.slice(0, at + 1)));

export function run(args) {
  const count = Number(args[0] ?? 200_000);
  const print = (figure) => process.stdout.write(`${JSON.stringify(figure)}\n`);
  const { loadIcdo3, loadRecoder } = lib('icdo3', 'node');
  const { createIcdo3Search } = lib('icdo3');
  let icdo3;
  const loadMs = cpuMs(() => (icdo3 = loadIcdo3()));
  let search;
  const indexMs = cpuMs(() => (search = createIcdo3Search(icdo3)));
  const filter = { site: 'C504', year: 2024, behaviors: '23' };
  const keys = prefixes(TYPED);
  const each = keys.map((query) => runs(() => search.morphologies(query, filter))).sort((a, b) => a - b);
  const siteKeys = prefixes(TYPED_SITES);
  const eachSite = siteKeys.map((query) => runs(() => search.sites(query, { sex: '2' }))).sort((a, b) => a - b);
  const at = (sorted, share) =>
    Number(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(3));
  print({
    figure: 'look-up, ms CPU a key stroke',
    terms: [...icdo3.morphology.values()].reduce((sum, { terms }) => sum + terms.length, 0),
    loadMs: Math.round(loadMs),
    indexMs: Math.round(indexMs),
    histology: { keys: keys.length, median: at(each, 0.5), p95: at(each, 0.95), max: at(each, 1) },
    site: { keys: siteKeys.length, median: at(eachSite, 0.5), p95: at(eachSite, 0.95), max: at(eachSite, 1) },
  });

  const recoder = loadRecoder();
  const sites = [...icdo3.topography.keys()];
  const codes = [...icdo3.morphology.keys()];
  const tumors = Array.from({ length: count }, (_, n) => {
    const code = codes[(n * 7919) % codes.length];
    return {
      primarySite: sites[(n * 104_729) % sites.length],
      histologicTypeIcdO3: code.slice(0, 4),
      behaviorCodeIcdO3: code.slice(5),
      dateOfDiagnosis: String(1992 + (n % 34)),
    };
  });
  const ms = runs(() => {
    for (const tumor of tumors) recoder.recode(tumor);
  });
  print({
    figure: 'tumors recoded a CPU second, eleven recodes each',
    tumors: count,
    perCpuSecond: Math.round((count / ms) * 1000),
    rival: 'imsweb/algorithms (Java), as its reference states: 10,000 to 20,000',
  });
}
