import { isPairedSite, lateralityFacts } from '@perennial/icdo3';
import { calibrated, type Calibration, type Choice, clamp, round, spansOf } from '../choice.js';
import { type HistologyChoice } from '../histology.js';
import { type MorphologyMention } from '../mentions/morphology.js';
import { type Reading } from '../reading.js';
import { type SiteChoice } from '../site/choose.js';
import { sidesInvolved } from './involved.js';
import { BOTH_SIDES, sidesOf, type SideVote } from './sides.js';

/** Unspecified codes of organs of which most parts have sides: where the tumor lies is not told yet, and so its side is not either. */
const PARTS_HAVE_SIDES = /^C(719|709|449|419|479|499|729|319|759)$/;
/** Lesions over several lobes have no side by their code, and are often filed under one of the lobes. */
const OVERLAPPING_LOBES = 'C718';

/**
 * Right, left, both or the midline, from words beside the site and in the specimen that holds the tumor; `0` where a site has no sides.
 *
 * @param own the side that the tumor is known to be on, where the report has another on the other side.
 * @source NAACCR item 410; SEER Program Coding and Staging Manual, laterality, list of paired organs and code 4.
 */
export function chooseLaterality(
  reading: Reading,
  site: SiteChoice,
  histology: HistologyChoice,
  morphology: readonly MorphologyMention[],
  own?: string,
): Choice | null {
  if (!isPairedSite(site.value)) return withoutSides(reading, site, morphology);
  const { only, codes } = lateralityFacts(site.value);
  // The middle lobe of the lung.
  if (only !== null)
    return { value: only, spans: site.spans, rule: 'site-has-one-side', confidence: Math.max(0.5, site.confidence) };
  let votes = sidesOf(reading, site, histology, morphology);
  // Of spread only the side of the organ itself counts, not that of the place it was found in.
  if (histology.main.every((one) => one.metastatic)) votes = votes.filter((one) => one.named);
  if (own !== undefined) votes = votes.filter((one) => one.side === own);
  const total = (side: string): number =>
    votes.filter((one) => one.side === side).reduce((sum, one) => sum + one.weight, 0);
  const right = total('1');
  const left = total('2');
  const both = total('4');
  const more = Math.max(right, left);
  const midline = votes.filter((one) => one.side === '5' && one.named);
  if (midline.length > 0 && codes.includes('5') && !votes.some((one) => one.side !== '5' && one.named))
    return { value: '5', spans: spansOf(reading, midline), rule: 'midline-beside-site', confidence: MIDLINE };
  if (more + both === 0) return null;
  let value = right >= left ? '1' : '2';
  let share = more / (right + left + 0.3);
  if (BOTH_SIDES.test(site.value)) {
    const [side, sure] = sidesInvolved(reading, votes);
    if (side !== null) [value, share] = [side, sure];
  } else if (both > 0 && votes.some((one) => one.side === '4' && one.named) && both > more * 4) {
    value = '4';
    share = 0.6;
  }
  const spans = spansOf(
    reading,
    votes.filter((one) => one.side === value || (value === '4' && one.weight > 0)),
  );
  if (spans.length === 0) return null;
  const confidence = clamp(0.3 + 0.69 * share, 0.2, 0.99);
  if (BOTH_SIDES.test(site.value)) return { value, spans, rule: 'side-beside-site', confidence: round(confidence) };
  // Tumor is stated of both sides, and not told apart.
  const mixed = new Set(votes.filter(statesTumor).map((one) => one.side)).size > 1;
  const sure = calibrated(confidence, CALIBRATION);
  return { value, spans, rule: 'side-beside-site', confidence: round(mixed ? Math.min(sure, MIXED) : sure) };
}

const MIDLINE = 0.85;
const MIXED = 0.75;

const statesTumor = ({ side, named, level, sense }: SideVote): boolean =>
  (side === '1' || side === '2') && named && level === 'diagnosis' && (sense === 'tumor' || sense === 'origin');

function withoutSides(reading: Reading, site: SiteChoice, morphology: readonly MorphologyMention[]): Choice | null {
  // The words say nothing of a side, nor that there is none: it is left open until the part is known.
  if (PARTS_HAVE_SIDES.test(site.value)) return null;
  // A tumor is all that this value asks for: without its words there is none, while without those of its site it is at another organ.
  const terms = morphology.filter((one) => !one.negated && !one.history);
  const spans = [...site.spans, ...spansOf(reading, terms)];
  const confidence = site.value === OVERLAPPING_LOBES ? 0.5 : Math.max(0.5, site.confidence);
  return { value: '0', spans, rule: 'site-has-no-sides', confidence };
}

/** Set by hand to what shares of one side were worth on the reports that rules were made on: a side that is told at all is seldom wrong. */
const CALIBRATION: Calibration = [
  [0.2, 0.5],
  [0.4, 0.75],
  [0.6, 0.85],
  [0.8, 0.93],
  [0.95, 0.965],
  [0.99, 0.985],
];
