/**
 * A year of follow-up of an invented registry, contact by contact, until both CoC rates reach their goals on the day of the survey: by
 * expected yield, as the forecast ranks, or by oldest contact first, as due lists are usually worked.
 *
 * What an attempt really brings is known to the simulation alone: it depends on source, months and earlier attempts, and on the patient (some
 * are easy to find and some are gone), which nobody sees. The ranking learns only from the attempts of the year before.
 */

/** Numbers in [0, 1) from a seed (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SOURCES = ['chart', 'physician', 'telephone', 'patient', 'contact'];
/** Log odds of the truth. */
const TRUE_SOURCE = { chart: 1.1, physician: 0.7, telephone: -0.2, patient: -0.6, contact: -1.2 };
const TRUE_EARLIER = { none: 0, answered: 0.5, unanswered: -0.8 };
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

function population(size, chance) {
  return Array.from({ length: size }, (_, at) => {
    const months = chance() < 0.72 ? Math.floor(chance() * 15) : 15 + Math.floor(-Math.log(1 - chance()) * 14);
    const cases = chance() < 0.1 ? 2 : 1;
    return {
      id: String(at).padStart(6, '0'),
      dead: chance() < 0.35,
      monthsSinceContact: months,
      source: SOURCES[Math.floor(chance() * SOURCES.length)],
      earlier: chance() < 0.4 ? (chance() < 0.6 ? 'answered' : 'unanswered') : 'none',
      cases,
      recentCases: chance() < 0.35 ? cases : 0,
      // How easy the patient is to find: seen by nobody.
      hidden: (chance() + chance() + chance() - 1.5) * 1.2,
    };
  });
}

const reached = (patient, chance) =>
  chance() <
  sigmoid(
    0.3 +
      TRUE_SOURCE[patient.source] +
      TRUE_EARLIER[patient.earlier] -
      0.03 * Math.max(0, patient.monthsSinceContact - 12) +
      patient.hidden,
  );

/** Contacts that each way of working needs. `lib` is libs/follow-up. @returns { byYield, oldestFirst, expected, people } */
export function simulateYear(lib, { seed, size = 4_000, monthsToSurvey = 6 }) {
  const chance = random(seed);
  // The year before: attempts at random, from which the yields are learned.
  const counts = new Map();
  for (const patient of population(1_500, chance)) {
    if (patient.dead) continue;
    const key = [patient.source, lib.monthBand(patient.monthsSinceContact), patient.earlier].join();
    const count = counts.get(key) ?? {
      source: patient.source,
      band: lib.monthBand(patient.monthsSinceContact),
      earlier: patient.earlier,
      attempts: 0,
      reached: 0,
    };
    count.attempts += 1;
    if (reached(patient, chance)) count.reached += 1;
    counts.set(key, count);
  }
  const model = lib.learnYields(counts.values());
  const people = population(size, chance);
  const weight = (of, which) => people.filter(of).reduce((sum, one) => sum + one[which], 0);
  // Who is current on the day of the survey if nothing more is done.
  const followed = (one) => one.dead || one.monthsSinceContact + monthsToSurvey <= 15;
  const targets = {
    all: { eligible: weight(() => true, 'cases'), followed: weight(followed, 'cases'), goalPercent: 80 },
    recent: { eligible: weight(() => true, 'recentCases'), followed: weight(followed, 'recentCases'), goalPercent: 90 },
  };
  const open = people.filter((one) => !followed(one));
  const list = lib.shortestList(open, targets, model);
  const { missing } = list;
  /** Weeks of work with as many contacts as hands allow. Whoever was not found may be tried again after six weeks, with a poorer prospect. */
  const work = (rank, seedOfLuck) => {
    const luck = random(seedOfLuck);
    const aWeek = Math.ceil(size * 0.02);
    const pool = new Map(open.map((one) => [one.id, { ...one, notBefore: 0 }]));
    const gained = { all: 0, recent: 0 };
    let contacts = 0;
    for (let week = 0; week < 104; week += 1) {
      const ready = [...pool.values()].filter(({ notBefore }) => notBefore <= week);
      let left = aWeek;
      for (const patient of rank(ready, gained)) {
        if (left === 0) break;
        // Somebody whose contact helps no rate that still lacks is not worth a stamp: both ways of working know that.
        if (gained.all >= missing.all && patient.recentCases === 0) continue;
        left -= 1;
        contacts += 1;
        if (reached(patient, luck)) {
          gained.all += patient.cases;
          gained.recent += patient.recentCases;
          pool.delete(patient.id);
          if (gained.all >= missing.all && gained.recent >= missing.recent) return contacts;
        } else pool.set(patient.id, { ...patient, earlier: 'unanswered', notBefore: week + 6 });
      }
    }
    throw new Error('the goals were not reached in the simulated year');
  };
  const byYield = (pool, gained) => {
    const rest = {
      all: { ...targets.all, followed: targets.all.followed + gained.all },
      recent: { ...targets.recent, followed: targets.recent.followed + gained.recent },
    };
    const first = lib.shortestList(pool, rest, model).contacts.map(({ candidate }) => candidate);
    const listed = new Set(first);
    const others = pool
      .filter((one) => !listed.has(one))
      .map((one) => [lib.expectedYield(model, one).probability * one.cases, one]);
    return [...first, ...others.sort((a, b) => b[0] - a[0]).map(([, one]) => one)];
  };
  // The rival does not run after the same few: who was tried this year waits until everybody was.
  const oldestFirst = (pool) =>
    [...pool].sort((a, b) => a.notBefore - b.notBefore || b.monthsSinceContact - a.monthsSinceContact);
  return {
    byYield: work(byYield, seed + 1),
    oldestFirst: work(oldestFirst, seed + 1),
    expected: list.contacts.length,
    people: size,
    missing,
  };
}
