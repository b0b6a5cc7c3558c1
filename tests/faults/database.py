"""A look into the database from outside, and what no API offers: SQLite by its file, PostgreSQL by psql."""
import contextlib
import json
import sqlite3
import subprocess
import uuid


class Database:
    """Statements that both databases take; ids are texts on the way in and out."""

    def __init__(self, path=None, url=None):
        self.path, self.url = path, url

    def id(self, text):
        """An id as a literal."""
        return f"X'{uuid.UUID(text).hex}'" if self.path else f"'{text}'::uuid"

    def rows(self, sql):
        """Rows as dictionaries."""
        if self.path:
            with contextlib.closing(sqlite3.connect(self.path, timeout=20)) as connection:
                found = connection.execute(sql)
                names = [column[0] for column in found.description]
                return [dict(zip(names, map(_text, row))) for row in found.fetchall()]
        text = self.psql(f"SELECT coalesce(json_agg(t), '[]') FROM ({sql}) t")
        return json.loads(text)

    def one(self, sql):
        """The only value of the only row."""
        return next(iter(self.rows(sql)[0].values()))

    def execute(self, sql):
        if self.path:
            with contextlib.closing(sqlite3.connect(self.path, timeout=20)) as connection:
                connection.executescript(sql)
        else:
            self.psql(sql)

    def psql(self, sql):
        command = ["psql", self.url, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        if done.returncode:
            raise RuntimeError(f"psql: {done.stderr.strip()[:400]}")
        return done.stdout


def _text(value):
    if isinstance(value, bytes) and len(value) == 16:
        return str(uuid.UUID(bytes=value))
    return value
