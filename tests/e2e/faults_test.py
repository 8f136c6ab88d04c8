#!/usr/bin/env python3
"""What the store's disk may do to a daemon, and what it never does."""

import hashlib
import random
import sqlite3

from admin_wire import Peer, extended, text
from harness import *
from small_disk import DaemonOn, SmallDisk

OK, FAILED = 0, 1
ADD, SET, UNSET, ROLE, ENABLE, DELETE = (
    0x0300, 0x0302, 0x0303, 0x0306, 0x0307, 0x0301)


def users(d):
    return {row["name"] for row in ctl_rows(d, "user", "list")}


def add(d, name):
    """None, or why it was refused."""
    done = run_ctl(d, "--json", "user", "add", name, stdin="secret\n")
    return None if done.returncode == 0 else done.stderr


def state_of(d):
    """All that a change can change, as the model below has it."""
    state = {("user", row["name"]): (row["role"], row["enabled"])
             for row in ctl_rows(d, "user", "list")}
    for row in ctl_rows(d, "get"):
        if row["origin"] == "runtime":
            state["setting", row["key"]] = row["value"]
    return state


# ---- kill -9


def stream(chance, count):
    """Changes of all kinds: octets, and what each does to the model."""
    for i in range(count):
        name = "user-%d" % chance.randrange(12)
        user = "user", name
        kind = chance.randrange(6)
        if kind == 0:
            key, value = chance.choice((
                ("selector-timeout", str(chance.randrange(1, 200))),
                ("cleanup", chance.choice(("yes", "no"))),
                ("prefer", chance.choice(("ipv4", "ipv6")))))
            yield (extended(SET, text(key) + text(value)),
                   lambda s, k=key, v=value: s.update({("setting", k): v}))
        elif kind == 1:
            yield (extended(UNSET, text("prefer")),
                   lambda s: s.pop(("setting", "prefer"), None))
        elif kind == 2:
            role = chance.randrange(3)
            yield (extended(ROLE, text(name) + bytes([role]) + bytes(8)),
                   lambda s, u=user, r=role: u in s and s.update(
                       {u: (("regular", "admin", "observer")[r], s[u][1])}))
        elif kind == 3:
            on = chance.randrange(2)
            yield (extended(ENABLE, text(name) + bytes([on]) + bytes(8)),
                   lambda s, u=user, e=bool(on): u in s and s.update(
                       {u: (s[u][0], e)}))
        elif kind == 4:
            yield (extended(DELETE, text(name) + bytes(8)),
                   lambda s, u=user: s.pop(u, None))
        else:
            yield (extended(ADD, text(name) + text("secret") + b"\0"),
                   lambda s, u=user: s.setdefault(u, ("regular", True)))


@case
def killed_in_a_stream_of_changes_it_has_every_answered_one():
    seed = random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        store = "sqlite:" + os.path.join(folder, "s.db")
        # An administrator whom no change removes: others may come and go.
        with Daemon(store=store) as d:
            same(run_ctl(d, "user", "add", "--admin", "root",
                     stdin="secret\n").returncode, 0)
            before = state_of(d)
        for life in range(6):
            changes = list(stream(chance, 40))
            answered = chance.randrange(len(changes))
            with Daemon(store=store) as d:
                with Peer("unix:" + d.admin) as p:
                    p.send(b"".join(octets for octets, _ in changes))
                    for octets, _ in changes[:answered]:
                        p.take_extended(int.from_bytes(octets[:2], "big"))
                    d.kill()
            # One after the other: the state is that after some number of
            # changes, and no fewer than were answered.
            state, possible = dict(before), []
            for i, (_, change) in enumerate(changes):
                if i >= answered:
                    possible.append(dict(state))
                change(state)
            possible.append(state)
            with Daemon(store=store) as d:
                found = state_of(d)
            need(found in possible, "seed %d, life %d, %d answered: %r" %
                 (seed, life, answered, found))
            before = found


@case
def totals_outlive_kill_9_once_they_are_flushed():
    with tempfile.TemporaryDirectory() as folder, Target(echo) as t:
        path = os.path.join(folder, "s.db")
        with Daemon(store="sqlite:" + path) as d:
            need(add(d, "alice") is None, "alice")
            with tunnel(d, t.host, t.port, "alice", "secret") as s:
                s.sendall(b"x" * 1000)
                read_exactly(s, 1000)

                def kept():
                    """It is on disk while the tunnel still lives."""
                    with sqlite3.connect("file:%s?mode=ro" % path,
                                         uri=True) as db:
                        return db.execute("SELECT opened, up, down, last > 0 "
                                          "FROM account").fetchone() == (
                            1, 1000, 1000, 1)
                wait_for(kept, "the totals on disk")
                d.kill()
        with Daemon(store="sqlite:" + path) as d:
            row, = ctl_rows(d, "user", "list")
            same([row[k] for k in ("opened", "up", "down", "target")],
                 [1, 1000, 1000, "%s:%d" % (t.host, t.port)])


# ---- a disk that is full


@case
def a_full_disk_refuses_changes_and_stops_nothing_else():
    with SmallDisk() as disk, Target(echo) as t:
        with DaemonOn(disk) as d:
            need(add(d, "alice") is None, "alice")
            kept = {"alice"}
            disk.fill()

            def refused():
                """What was allocated before may still take some."""
                name = "user-%d" % len(kept)
                why = add(d, name)
                if why is None:
                    kept.add(name)
                return why
            need("disk is full" in wait_for(refused, "a refusal"), d.log())
            why = ctl(d, "set", "cleanup", "no", want=1)
            need("disk is full" in why, why)
            same(users(d), kept)
            row, = ctl_rows(d, "get", "cleanup")
            same((row["value"], row["origin"]), ("yes", "default"))
            with tunnel(d, t.host, t.port, "alice", "secret") as s:
                s.sendall(b"x")
                same(read_exactly(s, 1), b"x")
            d.wait_log(r" error admin change refused .*disk is full")
            disk.free()
            need(add(d, "late") is None, "recovery without a restart")
            kept.add("late")
            same(users(d), kept)
        with DaemonOn(disk) as d:
            same(users(d), kept)


@case
def a_start_on_a_full_disk_says_so():
    with SmallDisk() as disk:
        disk.fill()
        with tempfile.TemporaryDirectory() as home:
            done = subprocess.run(
                [*disk.enter, program("socks5d"), "-f", "-p", "0", "-o",
                 "store=sqlite:%s/s.db" % disk.folder, "-o", "user=root", "-o",
                 "admin=unix:%s/a" % home], capture_output=True, text=True,
                timeout=PATIENCE, env=clean_environment(XDG_RUNTIME_DIR=home))
        same(done.returncode, 1)
        need("full" in done.stderr or "No space" in done.stderr, done.stderr)


# ---- a database that others use, or have damaged


@case
def a_locked_database_refuses_changes_until_it_is_free():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "s.db")
        with Daemon(store="sqlite:" + path) as d:
            need(add(d, "alice") is None, "alice")
            other = sqlite3.connect(path, isolation_level=None)
            other.execute("BEGIN IMMEDIATE")
            need("locked by another program" in add(d, "bob"), d.log())
            same(users(d), {"alice"})
            other.execute("ROLLBACK")
            other.close()
            need(add(d, "bob") is None, "bob")
            same(users(d), {"alice", "bob"})


@case
def a_database_that_is_moved_away_refuses_changes_until_it_is_back():
    with tempfile.TemporaryDirectory() as folder, Target(echo) as t:
        path = os.path.join(folder, "s.db")
        with Daemon(store="sqlite:" + path) as d:
            need(add(d, "alice") is None, "alice")
            os.rename(path, path + ".away")
            need("moved or deleted: put it back to " + path in add(d, "bob"),
                 d.log())
            with tunnel(d, t.host, t.port, "alice", "secret") as s:
                s.sendall(b"x")
                same(read_exactly(s, 1), b"x", "clients are served")
            d.wait_log("error store totals not kept, trying again the database "
                       "was moved")
            os.rename(path + ".away", path)
            need(add(d, "carol") is None, "carol")
            same(users(d), {"alice", "carol"})
            d.wait_log("totals are kept again")
        with Daemon(store="sqlite:" + path) as d:
            same(users(d), {"alice", "carol"})
            row, = [r for r in ctl_rows(d, "user", "list") if r["name"] == "alice"]
            same((row["opened"], row["up"]), (1, 1))


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


@case
def a_damaged_database_is_refused_with_a_repair_that_works():
    with tempfile.TemporaryDirectory() as folder:
        path, new = (os.path.join(folder, n) for n in ("s.db", "new.db"))
        with Daemon(store="sqlite:" + path) as d:
            for i in range(40):
                need(add(d, "user-%d" % i) is None, i)
        with sqlite3.connect(path) as db:
            page, = db.execute("SELECT rootpage FROM sqlite_master "
                               "WHERE name = 'setting'").fetchone()
        db.close()
        with open(path, "r+b") as f:
            f.seek((page - 1) * 4096)
            f.write(bytes(range(256)) * 4)
        before = digest(path)
        d = Daemon(store="sqlite:" + path, ready=False)
        same(d.wait_end(), 1)
        same(digest(path), before, "the file")
        why = d.log()
        need("is damaged" in why and "backup" in why, why)
        shutil.rmtree(d.folder)
        # The message's command, with the names put in.
        command = why[why.index("(sqlite3"):].strip()
        command = command.replace("sqlite3", tool("sqlite3", "sqlite3"))
        command = command.replace(" FILE ", " '%s' " % path).replace(
            " NEW", " '%s'" % new)
        subprocess.run(["sh", "-c", command], check=True, timeout=PATIENCE,
                       stderr=subprocess.DEVNULL)
        os.rename(new, path)
        with Daemon(store="sqlite:" + path) as d:
            same(users(d), {"user-%d" % i for i in range(40)})
            need(add(d, "late") is None, "a change")


if __name__ == "__main__":
    main()
