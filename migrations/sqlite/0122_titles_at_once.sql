-- A conversation gets its title with its first question; no work of its own is left.
DELETE FROM background_jobs WHERE kind = 'title';
