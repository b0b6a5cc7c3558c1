import { wordsOf } from './passages';

/** Fewer words than this say too little to be called the same or different. */
const TELLING = 3;
/** From here on two sentences say the same, by the words of both or of the shorter one. */
const SAME = 0.36;
const MOST = 0.4;
/** From here on a sentence is about a point: it has one rare word of it, or several common ones. */
const ABOUT = 0.7;

type Weigh = (word: string) => number;

/** Little words of languages in Latin letters: "the", "one", "der". */
const LITTLE = /^[a-z]{1,3}$/;

/** Words that are everywhere say little; rare ones say what a sentence is about, unknown ones nothing. */
function weightsFrom(texts: string[]): Weigh {
  const counts = new Map<string, number>();
  for (const text of texts) for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return (word) => {
    const count = counts.get(word);
    return count ? (LITTLE.test(word) ? 0.3 : 1) / Math.sqrt(count) : 0;
  };
}

function total(bag: Set<string>, weigh: Weigh): number {
  let sum = 0;
  for (const word of bag) sum += weigh(word);
  return sum;
}

function common(one: Set<string>, other: Set<string>, weigh: Weigh): number {
  let sum = 0;
  for (const word of one) if (other.has(word)) sum += weigh(word);
  return sum;
}

export type Standing = 'shared' | 'unique' | 'unclear';

interface Weighed {
  bag: Set<string>;
  sum: number;
}

const NUMBER = /^\d/;

/** "The answer is 0.05" and "The answer is 0.10" are not the same. */
function numbersDiffer(one: Set<string>, other: Set<string>): boolean {
  const [mine, theirs] = [one, other].map((bag) => [...bag].filter((word) => NUMBER.test(word)));
  return !!mine?.length && !!theirs?.length && !mine.some((number) => other.has(number));
}

/** Much the same words, or most of the shorter sentence, of which two words at least say something. */
function saysTheSame(one: Weighed, other: Weighed, weigh: Weigh): boolean {
  if (numbersDiffer(one.bag, other.bag)) return false;
  const both = common(one.bag, other.bag, weigh);
  if ((2 * both) / (one.sum + other.sum) >= SAME) return true;
  const telling = [...one.bag].filter((word) => other.bag.has(word) && !LITTLE.test(word)).length;
  return telling >= 2 && both / Math.min(one.sum, other.sum) >= MOST;
}

/** Says of each sentence whether another text has it too. */
export function standingIn(other: string[], own: string[]): (sentence: string) => Standing {
  const weigh = weightsFrom([...other, ...own]);
  const weighed = (sentence: string): Weighed => {
    const bag = new Set(wordsOf(sentence));
    return { bag, sum: total(bag, weigh) };
  };
  const known = other.map(weighed);
  return (sentence) => {
    const one = weighed(sentence);
    if (one.bag.size < TELLING) return 'unclear';
    return known.some((there) => saysTheSame(one, there, weigh)) ? 'shared' : 'unique';
  };
}

/** The place of the sentence that says a point best; null when none is about it. */
export function bestPassage(point: string, sentences: string[]): number | null {
  const weigh = weightsFrom(sentences);
  const wanted = new Set(wordsOf(point));
  let best: number | null = null;
  let highest = 0;
  sentences.forEach((sentence, index) => {
    const bag = new Set(wordsOf(sentence));
    const weight = common(wanted, bag, weigh);
    // Of two sentences that say it, the shorter one is the passage.
    const score = weight / Math.sqrt(4 + bag.size);
    if (weight < ABOUT || score <= highest) return;
    best = index;
    highest = score;
  });
  return best;
}
