import { type Reading } from '../reading.js';
import { type Sense } from './sense.js';
import { type SideVote } from './sides.js';

/**
 * Side or sides of an organ whose both sides can be one tumor, by what is stated of each: answers to questions first, then the diagnosis, then
 * what was sent in or seen at the operation, then the gross description. A side that the diagnosis is silent of may be told below it.
 *
 * @returns the code, and a share of certainty from 0 to 1.
 * @source SEER Program Coding and Staging Manual, laterality: the side where the primary tumor began; 4 where both sides are involved and the side
 * of origin is unknown, and for ovaries of one histology that both hold tumor.
 */
export function sidesInvolved(reading: Reading, votes: readonly SideVote[]): [side: string | null, share: number] {
  const answers = votes.filter((one) => one.sense === 'answer');
  if (answers.length > 0) return sidesAnswered(reading, answers);
  const measured = votes.filter((one) => one.sense === 'sized').map((one) => one.side);
  const [only] = measured;
  if (only !== undefined && measured.every((one) => one === only)) return [only, MEASURED];
  const right = firstStated(votes, '1');
  const left = firstStated(votes, '2');
  const both = firstStated(votes, '4');
  const stated = [right, left, both].filter((one) => one !== null).map((one) => LEVELS.indexOf(one.level));
  const share = SHARES[Math.min(...stated)] ?? 0;
  const [side, sure] = sidesStated(right?.sense ?? null, left?.sense ?? null, both?.sense ?? null);
  // The other side was sent in as well, and nothing is said of it.
  const silent = sure === ONE_TOLD && votes.some((one) => one.named && one.side !== side);
  return [side, silent ? UNSURE : sure * share];
}

/** Share of a side where no other is spoken of. */
const ONE_TOLD = 0.65;
/** Share of a side with tumor by what is stated of the other. */
const BESIDE_OTHER: Readonly<Record<Sense, number>> = {
  answer: ONE_TOLD,
  sized: ONE_TOLD,
  origin: ONE_TOLD,
  tumor: ONE_TOLD,
  spread: 0.45,
  free: 0.95,
  other: 0.75,
  unknown: ONE_TOLD,
};
/** Share of a side while nothing is said of the other that is spoken of, and of sides answered apart: less than an even guess. */
const UNSURE = 0.05;
/** Share of a side that alone has a tumor whose size a protocol asks for. */
const MEASURED = 0.75;
/** Share of an answer to a question, and of a side that the tumor is said to have begun at while the other holds tumor too. */
const ANSWERED = 0.9;
const BEGAN = 0.6;
/** Share of a side whose other is answered to hold the tumor in part. */
const IN_ANSWER = 0.55;
/** Share of both sides: stated of each, stated of both in one word, and in both ways. */
const EACH = 0.68;
const BOTH = 0.74;
const EACH_AND_BOTH = 0.78;

/** Kinds of sections by how much they state, and how far what they state is to be trusted. */
const LEVELS: readonly SideVote['level'][] = ['diagnosis', 'first-look', 'gross'];
const SHARES = [1, 0.9, 0.7];

/** Furthest that an answer is read behind its last side, in words. */
const BEHIND = 8;

/** Words behind a side in an answer that say the tumor is there in part only, while it began on the other. */
const IN_PART =
  /\b(foc(us|i|al)|microscopic\w*|minute|small(er)?|surface|serosal?|implants?|metasta\w+|meso\w+|secondary)\b/i;
const MAINLY = /\b(only|larger|main(ly)?|primary|predominant\w*)\b/i;

/**
 * "Right and left" answers both sides. Where the sides are answered apart, one of them may be told to hold the tumor in part: "right, and a
 * microscopic focus on the left"; else it stays unsure.
 */
function sidesAnswered(reading: Reading, answers: readonly SideVote[]): [side: string | null, share: number] {
  const { text, start, end } = reading.tokens;
  const said = answers.map((one, at) => {
    const next = answers[at + 1];
    // What is said of the last goes on to the end of its answer.
    let last = one.to;
    while (next === undefined && reading.answers[last + 1] === reading.answers[one.to] && last < one.to + BEHIND)
      last += 1;
    return {
      side: one.side,
      from: one.from,
      to: one.to,
      behind: text.slice(end[one.to], next ? start[next.from] : end[last]),
    };
  });
  const sides = said.filter((one) => one.side === '1' || one.side === '2');
  const [first] = answers;
  if (first === undefined) return [null, 0];
  if (answers.every((one) => one.side === first.side)) return [first.side, ANSWERED];
  const joined = said.some((one, at) => {
    const next = said[at + 1];
    return next !== undefined && next.side !== one.side && /^\s*(,|and|&|\+|\/)\s*$/i.test(one.behind);
  });
  if (joined) return ['4', ANSWERED];
  const main = sides.filter((one) => MAINLY.test(one.behind));
  const partly = sides.filter((one) => IN_PART.test(one.behind) && !MAINLY.test(one.behind));
  const whole = main.length > 0 ? main : partly.length > 0 ? sides.filter((one) => !partly.includes(one)) : [];
  const [only] = whole;
  return only !== undefined && whole.every((one) => one.side === only.side) ? [only.side, IN_ANSWER] : ['4', UNSURE];
}

/** What is stated of a side where it is stated best: where the tumor began before tumor before spread before its absence. */
function firstStated(votes: readonly SideVote[], side: string): Pick<SideVote, 'sense' | 'level'> | null {
  for (const level of LEVELS)
    for (const sense of ['origin', 'sized', 'tumor', 'spread', 'free', 'other'] as const)
      if (votes.some((one) => one.level === level && one.side === side && one.sense === sense)) return { level, sense };
  return null;
}

type Stated = Sense | null;

const holds = (sense: Stated): boolean => sense === 'tumor' || sense === 'sized' || sense === 'origin';

function sidesStated(right: Stated, left: Stated, both: Stated): [side: string | null, share: number] {
  if (holds(right) && holds(left)) {
    if ((right === 'origin') === (left === 'origin')) return ['4', holds(both) ? EACH_AND_BOTH : EACH];
    return [right === 'origin' ? '1' : '2', BEGAN];
  }
  if (holds(both)) {
    if (right === 'origin' || left === 'origin') return [right === 'origin' ? '1' : '2', BEGAN];
    if (right !== 'free' && left !== 'free') return ['4', BOTH];
    if (right !== left) return [right === 'free' ? '2' : '1', 0.7];
  }
  // Spread from one side to the other does not hide where the tumor began.
  for (const [side, own, other] of [
    ['1', right, left],
    ['2', left, right],
  ] as const)
    if (holds(own)) return [side, BESIDE_OTHER[other ?? 'unknown']];
  if (both === 'spread' || (right === 'spread' && left === 'spread')) return ['4', 0.5];
  if (right === 'spread' || left === 'spread') return [right === 'spread' ? '1' : '2', 0.5];
  if ((right === 'free') !== (left === 'free')) return [right === 'free' ? '2' : '1', 0.5];
  return [null, 0];
}
