/**
 * Pairs of tumors compared a second on one core, from values in memory, by group of rules; and reading the same pairs from NAACCR items.
 *
 * `npm run bench -- primaries [pairs]`. Pairs are made here from a fixed seed: every group, known and unknown dates and sides. The public reference, a
 * Java library, is stated to run 11,500 to 16,500 pairs a second; it cannot run here, so its figure is quoted, not measured.
 */
import { lib } from '../../scripts/platform.mjs';

const RUNS = 5;

/** A small generator with a seed (mulberry32), so that every run compares the same pairs. */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

const GROUPS = {
  breast: ['C500 C502 C504 C508 C509', '8500 8520 8522 8480 8530 8010 8575 8401', '2 3 3'],
  colon: ['C180 C182 C187 C189 C199 C209', '8140 8480 8220 8210 8240 8246 8010', '2 3 3'],
  'head-neck': ['C000 C001 C022 C050 C079 C098 C320 C321 C310', '8070 8083 8085 8430 8200 8010', '2 3 3'],
  kidney: ['C649', '8310 8312 8260 8311 8960 8317 8120', '3'],
  lung: ['C340 C341 C342 C343 C349', '8041 8070 8140 8250 8046 8010 8240', '2 3 3'],
  brain: ['C700 C711 C713 C720 C724', '9440 9400 9450 9380 9391 9530 9560', '0 1 3'],
  urinary: ['C659 C669 C670 C674 C679 C680', '8120 8130 8131 8070 8140', '2 3'],
  melanoma: ['C443 C445 C446 C447 C449', '8720 8721 8743 8742 8744', '2 3'],
  other: ['C169 C220 C250 C541 C569 C619 C620 C739', '8140 8170 8380 8441 9061 8260 8330 8010', '3'],
  blood: ['C421 C770 C771 C169 C446', '9680 9690 9732 9823 9861 9930 9699 9650 9975', '3'],
};

function pairs(count, sitesOf) {
  const next = random(20_260_101);
  const pick = (values) => values[next(values.length)];
  const digits = (value) => String(value).padStart(2, '0');
  const tumor = ([sites, histologies, behaviors]) => {
    const year = String(2018 + next(8));
    const month = next(10) === 0 ? '' : digits(1 + next(12));
    const day = month === '' || next(10) === 0 ? '' : digits(1 + next(28));
    return {
      primarySite: pick(sites),
      histologicTypeIcdO3: pick(histologies),
      behaviorCodeIcdO3: pick(behaviors),
      laterality: pick(['0', '1', '2', '9', '4']),
      dateOfDiagnosis: year + month + day,
    };
  };
  return Array.from({ length: count }, () => {
    const values = sitesOf(pick);
    return [tumor(values), tumor(values)];
  });
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function measure(compare, list) {
  const rates = [];
  const results = {};
  for (let run = 0; run <= RUNS; run++) {
    const before = process.cpuUsage();
    for (const [a, b] of list) {
      const { result } = compare(a, b);
      if (run === 0) results[result] = (results[result] ?? 0) + 1;
    }
    const { user, system } = process.cpuUsage(before);
    // The first run warms up and is not counted.
    if (run > 0) rates.push(Math.round((list.length / (user + system)) * 1e6));
  }
  return {
    pairsPerCpuSecond: median(rates),
    minimum: Math.min(...rates),
    maximum: Math.max(...rates),
    runs: RUNS,
    results,
  };
}

export function run(args) {
  const count = Number(args[0] ?? 200_000);
  const started = process.hrtime.bigint();
  const primaries = lib('primaries', 'node').loadPrimaries();
  const loadMs = Number(process.hrtime.bigint() - started) / 1e6;
  const compare = (a, b) => primaries.compare(a, b, 2026);
  const groups = Object.entries(GROUPS).map(([name, values]) => [name, values.map((text) => text.split(' '))]);
  const print = (figure) => process.stdout.write(`${JSON.stringify(figure)}\n`);
  print({
    figure: 'pairs compared, all groups mixed',
    pairs: count,
    target: 100_000,
    rival: 'imsweb/mph (Java), as its reference states: 11,500 to 16,500',
    loadMs: Math.round(loadMs),
    version: primaries.version,
    ...measure(
      compare,
      pairs(count, (pick) => pick(groups)[1]),
    ),
  });
  for (const [name, values] of groups) {
    print({
      figure: `pairs compared, ${name}`,
      pairs: count / 4,
      ...measure(
        compare,
        pairs(count / 4, () => values),
      ),
    });
  }
}
