// Rehearsed answers for looking at the screens without a backend.
export const aria = `Use a **BRIN** index on the timestamp column.

## Why it fits

- The table is append-only, so physical order follows time.
- Reads are range scans, so one summary per block range is enough.
- It stays tiny: a few hundred kilobytes where a B-tree needs gigabytes.

\`\`\`sql
CREATE INDEX readings_at_brin
    ON readings USING brin (recorded_at)
    WITH (pages_per_range = 64);
-- Check what the planner does with it
EXPLAIN ANALYZE SELECT avg(value) FROM readings
WHERE recorded_at >= now() - interval '1 day';
\`\`\`

| Index | Size for 1 bn rows | Range scan | Point lookup |
|---|---:|---|---|
| BRIN | about 2 MB | good | poor |
| B-tree | about 21 GB | very good | very good |
| Hash | about 30 GB | none | very good |

The cost of a scan is roughly $c = \\frac{r}{b} \\cdot t_{read}$, and in display form

$$
\\hat{c} = \\sum_{i=1}^{n} \\sqrt{\\frac{r_i}{b}} \\, t_{\\text{read}}
$$

See [the manual](https://www.postgresql.org/docs/current/brin.html) and the sketch ![a plan](https://images.example.com/plan.png). It costs $5 or $10 a month less.
`;
export const bolt = `A B-tree on \`recorded_at\`. It is the default, every planner knows it, and range scans are fast. Partition by month when the table grows beyond memory.`;
export const cedar = `There are several ways to look at this question, and which one is right depends on what you mean by “mostly read”.

1. If rows never change, BRIN is a good choice.
2. If late rows come in out of order, BRIN loses its edge and a B-tree is safer.
3. If you also filter by device, a composite B-tree \`(device_id, recorded_at)\` beats both.

> Measure with your own data before you decide.

In short: start with BRIN, and keep an eye on \`pages_per_range\`.
`;
export const summaries = {
  Aria: 'Recommends BRIN on the timestamp: append-only order makes block summaries exact enough, the index stays tiny, and range scans are fast. Gives the statement and a size comparison.',
  Bolt: 'Says to use a plain B-tree on the timestamp and to partition by month once the table outgrows memory.',
  Cedar:
    'BRIN if rows arrive in order, B-tree if they do not, composite B-tree when also filtering by device. Advises measuring first.',
};
export const reasons = {
  Aria: 'Fits the stated load exactly and backs the choice with sizes.',
  Bolt: 'Works, but ignores that the table is append-only.',
  Cedar: 'Correct cases, though it hedges before it answers.',
};
export const scores = { Aria: [8.3, 7.7, 8.9], Cedar: [6.9, 6.2, 7.6], Bolt: [4.1, 3.2, 5.0] };
export const agreement = {
  agree: ['Range scans by time decide the choice.', 'The default B-tree works but costs far more space.'],
  points: [
    ['BRIN is the right default for this table.', ['Aria', 'Cedar']],
    ['Partitioning matters more than the index type.', ['Bolt']],
  ],
};
