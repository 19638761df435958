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
  origin: ONE_TOLD,
  tumor: ONE_TOLD,
  spread: 0.5,
  free: 0.95,
  other: 0.75,
  unknown: ONE_TOLD,
};
/** Share of a side while nothing is said of the other that is spoken of, and of sides answered apart: less than an even guess. */
const UNSURE = 0.15;
/** Share of an answer to a question, and of a side that the tumor is said to have begun at while the other holds tumor too. */
const ANSWERED = 0.9;
const BEGAN = 0.7;

/** Kinds of sections by how much they state, and how far what they state is to be trusted. */
const LEVELS: readonly SideVote['level'][] = ['diagnosis', 'first-look', 'gross'];
const SHARES = [1, 0.9, 0.7];

/** Words between two sides of one answer: "right and left", "right, left". */
const JOINED = 2;

/** "Right and left" answers both; "left only, but also at the right mesovarium" the first; sides told apart leave it unsure. */
function sidesAnswered(reading: Reading, answers: readonly SideVote[]): [side: string | null, share: number] {
  const [first] = answers;
  if (first === undefined) return [null, 0];
  if (answers.every((one) => one.side === first.side)) return [first.side, ANSWERED];
  const { text, start, end } = reading.tokens;
  for (const one of answers) {
    const behind = text.slice(end[one.to], end[Math.min(reading.tokens.count - 1, one.to + 2)]);
    if (/\bonly\b/i.test(behind)) return [one.side, ANSWERED];
  }
  for (let at = 1; at < answers.length; at += 1) {
    const [one, two] = [answers[at - 1], answers[at]];
    if (one === undefined || two === undefined || one.side === two.side || two.from - one.to > JOINED) continue;
    if (/^\s*(,|and|&|\+|\/)\s*$/i.test(text.slice(end[one.to], start[two.from]))) return ['4', ANSWERED];
  }
  return ['4', UNSURE];
}

/** What is stated of a side where it is stated best: where the tumor began before tumor before spread before its absence. */
function firstStated(votes: readonly SideVote[], side: string): Pick<SideVote, 'sense' | 'level'> | null {
  for (const level of LEVELS)
    for (const sense of ['origin', 'tumor', 'spread', 'free', 'other'] as const)
      if (votes.some((one) => one.level === level && one.side === side && one.sense === sense)) return { level, sense };
  return null;
}

type Stated = Sense | null;

const holds = (sense: Stated): boolean => sense === 'tumor' || sense === 'origin';

function sidesStated(right: Stated, left: Stated, both: Stated): [side: string | null, share: number] {
  if (both === 'origin') return ['4', BEGAN];
  if (holds(right) && holds(left)) {
    if (right === left) return ['4', 0.72];
    return [right === 'origin' ? '1' : '2', BEGAN];
  }
  if (both === 'tumor') {
    if (right !== 'free' && left !== 'free') return ['4', 0.66];
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
