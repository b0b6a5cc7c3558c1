"""A look into the database from outside, and what no API offers: SQLite by its file, PostgreSQL by psql."""
import contextlib
import json
import sqlite3
import subprocess
import threading
import uuid


class Database:
    """Statements that both databases take; ids are texts on the way in and out."""

    def __init__(self, path=None, url=None):
        self.path, self.url = path, url
        self.process, self.lock = None, threading.Lock()

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
        """Says something to a psql that stays; one that lost its server is replaced once."""
        with self.lock:
            try:
                return self._say(sql)
            except ConnectionError:
                return self._say(sql)

    def _say(self, sql):
        if self.process is None or self.process.poll() is not None:
            command = ["psql", self.url, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=0"]
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        mark, lines = f"end-{uuid.uuid4()}", []
        try:
            self.process.stdin.write(f"{sql};\n\\echo {mark}\n")
            self.process.stdin.flush()
        except OSError as error:
            self.close()
            raise ConnectionError(f"psql: {error}") from error
        for line in self.process.stdout:
            if line.strip() == mark:
                break
            lines.append(line)
        else:
            self.close()
            raise ConnectionError(f"psql: {''.join(lines)[-300:]}")
        if any(line.startswith(("ERROR:", "FATAL:")) for line in lines):
            raise RuntimeError(f"psql: {''.join(lines)[:400]}")
        return "".join(lines)

    def close(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


def _text(value):
    if isinstance(value, bytes) and len(value) == 16:
        return str(uuid.UUID(bytes=value))
    return value
