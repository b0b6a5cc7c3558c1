/** Questions that show what several answers are good for; the demo knows each of them. */
export const sampleQuestions: readonly string[] = [
  'Which index suits an append-only table that is mostly read by time range?',
  'What can I use instead of eggs in a sponge cake?',
  'A bat and a ball cost 1.10 together, and the bat costs 1 more than the ball. What does the ball cost?',
  'Write a small function that finds the first non-repeating character of a string.',
  'Compare trains, coaches and flights for a trip of 600 km.',
  'How is the monthly payment of a loan calculated?',
];
