/** Questions that show what several answers are good for; the demo knows each of them, word for word. */
export const sampleQuestions: readonly string[] = [
  'Which index suits an append-only table that is mostly read by time range?',
  'I have no eggs. What can I use instead in a simple sponge cake?',
  'A bat and a ball cost 1.10 in total. The bat costs 1.00 more than the ball. How much does the ball cost?',
  'Write a Python function that returns the second largest distinct value in a list.',
  'Compare TCP and UDP for a multiplayer game in a table and recommend one.',
  'How is the monthly payment of a fixed-rate loan calculated? Show the formula.',
  'Write a short, polite e-mail that declines a meeting and offers an alternative.',
  'Plan two days in Lisbon for someone who likes food and dislikes crowds.',
  'What is the most effective way to fall asleep after a day at the computer?',
  'Who invented the printing press, and why is the answer disputed?',
  'My Linux disk is full but I cannot find large files. What should I check?',
  'All roses are flowers. Some flowers fade quickly. Does it follow that some roses fade quickly?',
];
