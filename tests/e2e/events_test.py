#!/usr/bin/env python3
"""The last lines of the logs, and what a daemon tells those who subscribe."""

import json

from harness import *


def ctl(d, *words):
    done = subprocess.run(
        [program("socks5ctl"), "-s", "unix:" + d.admin, "--json", *words],
        capture_output=True, text=True, timeout=PATIENCE,
        env=clean_environment())
    same((done.returncode, done.stderr), (0, ""), words)
    return [json.loads(line) for line in done.stdout.splitlines()]


@case
def the_logs_last_lines_are_listed_with_those_from_before_the_start():
    with Daemon() as d, Target(echo) as t:
        tunnel(d, t.host, t.port).close()
        d.wait_access("C")

        def rows():
            found = ctl(d, "log")
            tags = {row["tag"] for row in found}
            return found if {"main", "admin", "access"} <= tags else None
        found = wait_for(rows, "lines of all kinds")
        ids = [row["id"] for row in found]
        same(ids, sorted(set(ids)))
        lines = [" ".join(filter(None, (row["tag"], row["text"], row["more"])))
                 for row in found]
        logged = [line.split(" ", 2)[2] for line in d.log().splitlines()]
        shown = [line for line in lines if not line.startswith("access ")]
        same(shown, logged[:len(shown)])
        need("main listening on=127.0.0.1:%d" % d.port in lines, lines)
        closed = [row for row in found if row["tag"] == "access"
                  and " C " in row["text"]]
        same(len(closed), 1)
        need("%s %d" % (t.host, t.port) in closed[0]["text"], closed)
        need(all(abs(row["time"] / 1e6 - time.time()) < 3600 for row in found),
             found)


@case
def thousands_of_lines_come_in_pages():
    with Daemon("log-level debug") as d, Target(echo) as t:
        for _ in range(400):
            tunnel(d, t.host, t.port).close()
        d.wait_access("C", 400)
        ids = [row["id"] for row in ctl(d, "log")]
        need(len(ids) > 700, "%d lines" % len(ids))
        same(ids, sorted(set(ids)))


if __name__ == "__main__":
    main()
