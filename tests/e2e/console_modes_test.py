#!/usr/bin/env python3
"""The console without its screen: lines, one command, text, JSON, CSV."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import threading
import time

from harness import *
from terminal import *

CONSOLE = program("socks5tui")


def console(*args, stdin="", **env):
    r = subprocess.run([CONSOLE, *args], capture_output=True, text=True,
                       input=stdin, timeout=PATIENCE, env=clean_environment(**env),
                       start_new_session=True)  # no terminal to ask on
    need(not SANITIZER.search(r.stderr), r.stderr)
    return r.returncode, r.stdout, r.stderr


def local(daemon, *args, **more):
    return console("-s", "unix:" + daemon.admin, *args, **more)


def add(daemon, name, *words):
    status, _, err = local(daemon, "-c", " ".join(["user add", name, *words]),
                           stdin="secret\n")
    same((status, err), (0, ""), "user add " + name)


# ---- one command


@case
def one_command_is_done_and_its_outcome_is_the_exit_status():
    with Daemon() as d:
        add(d, "alice")
        status, out, err = local(d, "-c", "user list")
        same((status, err), (0, ""))
        need(re.search(r"^alice +regular +yes", out, re.M), out)
        same(local(d, "-c", "user show nobody")[0], 1, "status of a refusal")
        same(local(d, "-c", "user fly")[0], 2, "status of no command")
        same(local(d, "-c", "")[0], 2, "status of an empty command")
        same(local(d, "-c", "user del alice")[0], 0, "status of a deletion")
    same(console("-s", "unix:/nonexistent", "-c", "status")[0], 3)


@case
def read_only_changes_nothing_without_a_screen_either():
    with Daemon() as d:
        status, _, err = local(d, "--read-only", "-c", "user add eve",
                               stdin="secret\n")
        same(status, 1, "exit status")
        need("--read-only" in err, err)
        same(local(d, "--csv", "users")[1].count("\n"), 1, "lines")


@case
def a_refused_login_is_told_with_status_4():
    with FakeServer("-u", "root:secret") as server:
        for args in (["--json"], ["--plain"], ["-c", "status"], ["--once"]):
            status, out, err = local(server, "-U", "root", *args,
                                     SOCKS5_PASSWORD="wrong")
            same((status, out), (4, ""), "status and output of %r" % args)
            need("unix:" in err, err)


# ---- JSON and CSV


@case
def every_view_is_told_as_json_and_as_csv():
    with Daemon() as d:
        add(d, "alice", "--observer")
        add(d, "'o\"x,y'")
        for view, name in (("dashboard", "uptime"), ("sessions", "state"),
                           ("users", "role"), ("settings", "origin"),
                           ("rules", "place")):
            status, out, err = local(d, "--json", view)
            same((status, err), (0, ""), view)
            rows = [json.loads(line) for line in out.splitlines()]
            need(all(name in r and r["time"].endswith("Z") for r in rows), out)
            status, out, err = local(d, "--csv", view)
            same((status, err), (0, ""), view)
            table = list(csv.DictReader(io.StringIO(out)))
            need(out.startswith("time,") and name in out.split("\n")[0], out)
            same(len(table), len(rows), "rows of " + view)
        names = [r["name"] for r in csv.DictReader(io.StringIO(
            local(d, "--csv", "u")[1]))]
        same(sorted(names), ["alice", 'o"x,y'], "names")


@case
def the_base_protocol_has_its_figures_as_json_too():
    with FakeServer() as server:
        row = json.loads(local(server, "--json", "--base")[1])
        need(row["total_connections"] > 1204000, row)
        same(row["selector_timeout"], 7)
        same(local(server, "--json", "sessions")[0], 1,
             "status of what a base server does not know")


@case
def a_batch_is_as_long_as_was_wished_and_has_one_header():
    with Daemon() as d:
        status, out, err = local(d, "--batch", "--csv", "-n", "3", "-d", "0.2")
        same((status, err), (0, ""))
        lines = out.splitlines()
        same(len(lines), 4, "lines")
        uptimes = [int(r["clock"]) for r in csv.DictReader(io.StringIO(out))]
        need(uptimes == sorted(set(uptimes)), uptimes)
        status, out, _ = local(d, "--batch", "-n", "2", "-d", "0.2", "users")
        same((status, out.count("[3 Users]")), (0, 2), "screens as text")


@case
def a_batch_ends_when_its_reader_does():
    with Daemon() as d:
        p = subprocess.Popen([CONSOLE, "-s", "unix:" + d.admin, "--batch",
                              "--csv", "-d", "0.2"], stdout=subprocess.PIPE,
                             env=clean_environment())
        need(p.stdout.readline().startswith(b"time,"), "no header")
        p.stdout.close()
        need(wait_for(lambda: p.poll() is not None, "its end"), "")
        same(p.returncode, -signal.SIGPIPE, "exit status")


BATCHES = ([], ["--json"], ["--csv"])


def batch(daemon, *args, delay="0.2"):
    return subprocess.Popen(
        [CONSOLE, "-s", "unix:" + daemon.admin, "--batch", "-d", delay, *args],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env=clean_environment())


@case
def a_batch_waits_for_a_daemon_that_went_and_says_so():
    for format in BATCHES:
        with Daemon() as d:
            p = batch(d, *format)
            seen = []
            reader = threading.Thread(target=seen.extend, args=(p.stdout,))
            reader.start()
            wait_for(lambda: seen, "the first to be printed")
            d.stop()
            told = [p.stderr.readline() for _ in range(2)]
            need("trying to connect again" in told[1], told)
            need(told[1].startswith("socks5tui: unix:"), told)
            d.start()
            need("connected again" in p.stderr.readline(), "no word of it")
            before = len(seen)
            wait_for(lambda: len(seen) > before + 3, "more to be printed")
            p.kill()
            reader.join()


@case
def a_batch_that_rests_tells_at_once_that_its_daemon_went():
    for format in BATCHES:
        with Daemon() as d:
            p = batch(d, *format, delay="3600")
            need(p.stdout.readline(), "nothing was printed")
            d.stop()
            told = [p.stderr.readline() for _ in range(2)]
            where = "socks5tui: unix:%s: " % d.admin
            same(told, [where + "the server closed the connection\n",
                        where + "trying to connect again\n"],
                 "what %r tells" % format)
            p.kill()
            p.communicate()


@case
def a_batch_rests_as_long_as_ever_after_its_daemon_came_back():
    with Daemon() as d:
        p = batch(d, "--json", delay="2")
        need(p.stdout.readline(), "nothing was printed")
        lost = time.monotonic()
        d.stop()
        wait_for(lambda: time.monotonic() > lost + 0.3, "time to pass")
        began = time.monotonic()  # of no rest yet: nobody is there
        d.start()
        need(p.stdout.readline(), "nothing was printed again")
        need(p.stdout.readline(), "nothing was printed a third time")
        rested = time.monotonic() - began
        p.kill()
        p.communicate()
        need(rested > 1.95, "it rested for %.2f s" % rested)


@case
def a_batch_that_may_not_reconnect_ends_with_status_3():
    for format in BATCHES:
        with Daemon() as d:
            p = batch(d, "--no-reconnect", *format)
            need(p.stdout.readline(), "nothing was printed")
            d.stop()
            err = p.communicate(timeout=PATIENCE)[1]
            same(p.returncode, 3, "status of %r" % format)
            need("again" not in err and err.startswith("socks5tui: "), err)


@case
def the_line_mode_that_may_not_reconnect_ends_with_status_3():
    with Daemon() as d:
        p = subprocess.Popen(
            [CONSOLE, "-s", "unix:" + d.admin, "--plain", "--no-reconnect"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=clean_environment())
        need("Connected to" in p.stdout.readline(), "no greeting")
        d.stop()
        p.wait(PATIENCE)
        same(p.returncode, 3, "exit status")
        need("ANN: connection lost" in p.stdout.read(), "no word of it")
        p.stdin.close()


@case
def without_a_daemon_at_the_start_every_mode_ends_with_status_3():
    for args in (["--once"], ["--json"], ["--csv"], ["--plain"],
                 ["-c", "ping"], ["--batch"], ["--batch", "--json"],
                 ["--batch", "--csv"]):
        status, out, err = console("-s", "unix:/nowhere/admin.sock", *args)
        same((status, out), (3, ""), "status and output of %r" % args)
        same(err, "socks5tui: cannot connect to unix:/nowhere/admin.sock: "
             "No such file or directory\n", "what %r tells" % args)


@case
def text_is_as_large_as_the_environment_says():
    with FakeServer() as server:
        _, out, _ = local(server, "--once", "--ascii", "--interval", "0.2",
                          COLUMNS="140", LINES="40")
        same(max(len(line) for line in out.split("\n")), 140, "columns")


# ---- line mode


def lines(daemon, *typed, args=()):
    status, out, err = local(daemon, "--plain", *args,
                             stdin="".join(t + "\n" for t in typed))
    need("\x1b" not in out and "\x1b" not in err, "an escape sequence")
    return status, out, err


def number(out, title):
    return re.search(r"^(\d+) %s$" % title, out, re.M).group(1)


@case
def the_line_mode_does_all_by_its_menu():
    with Daemon() as d:
        _, menu, _ = lines(d, "?", "q")
        item = {t: number(menu, t) for t in (
            "overview", "users", "add a user", "change a setting",
            "delete a user", "turn a user on or off")}
        status, out, err = lines(
            d, item["add a user"], "erin", "observer", "correct horse",
            item["users"], item["change a setting"], "buffer-size", "131072",
            "get buffer-size", item["turn a user on or off"], "erin", "no",
            "user show erin", item["overview"], "q")
        same((status, err), (0, ""))
        need("name: erin\nrole: observer\n" in out, out)
        need("enabled: no\n" in out, out)
        need("value: 65536\n" in out and "value: 131072\n" in out, out)
        need("correct horse" not in out, "the password is shown")
        need(re.search(r"^sessions: 0", out, re.M), out)


@case
def the_line_mode_asks_before_it_destroys_and_takes_no_for_an_answer():
    with Daemon() as d:
        add(d, "alice")
        _, menu, _ = lines(d, "?")
        item = number(menu, "delete a user")
        for answer in ("", "no", "y", "YES"):
            _, out, _ = lines(d, item, "alice", answer)
            need("nothing was done" in out, out)
        _, out, _ = lines(d, item, "alice")
        need("nothing was done" in out, "the end of input said yes")
        same(local(d, "-c", "user show alice")[0], 0, "alice is gone")
        lines(d, item, "alice", "yes")
        same(local(d, "-c", "user show alice")[0], 1, "alice is there")


@case
def the_line_mode_survives_nonsense():
    with Daemon() as d:
        status, out, err = lines(
            d, "0", "999", "-1", "'", "x" * 3000, "set nothing 1",
            "session kill x", "\x1b[2J\x07", "status")
        same(status, 0, "exit status")
        need("uptime: " in out, "the last line was not done")
        need("no command" in err, err)


@case
def the_line_mode_takes_commands_from_a_file():
    with Daemon() as d:
        path = d.path("commands")
        with open(path, "w") as f:
            f.write("user add bob\nsecret\nuser list\n")
        with open(path) as f:
            r = subprocess.run([CONSOLE, "--plain", "-s", "unix:" + d.admin],
                               stdin=f, capture_output=True, text=True,
                               timeout=PATIENCE, env=clean_environment())
        same((r.returncode, r.stderr), (0, ""))
        need("name: bob\n" in r.stdout, r.stdout)


@case
def the_line_mode_announces_that_the_daemon_went_and_came():
    with FakeServer() as server, Terminal() as t:
        t.run("%s --plain -s unix:%s" % (CONSOLE, server.admin))
        t.wait("socks5>")
        server.stop()
        t.wait("ANN: connection lost")
        t.run("status")
        t.wait("there is no connection now")
        server.start()
        t.wait("ANN: connected again")
        t.run("q")
        same(t.status(), 0, "exit status")


@case
def the_line_mode_announces_what_others_change():
    with Daemon() as d, Terminal(width=200) as t:
        t.run("%s --plain -s unix:%s" % (CONSOLE, d.admin))
        t.wait("socks5>")
        t.run("user list")  # behind the subscription
        t.wait("there are none")
        add(d, "mallory")
        t.wait(re.compile("^ANN: .*mallory", re.M))
        local(d, "-c", "set buffer-size 4096")
        t.wait(re.compile("^ANN: .*buffer-size.*4096", re.M))
        t.keys("C-d")
        same(t.status(), 0, "exit status")


@case
def a_password_that_is_needed_is_asked_for_on_a_terminal():
    with FakeServer("-u", "root:secret") as server:
        for mode, sign in (("--plain", "socks5>"), ("--base -c 'user list'",
                                                    "svc-backup")):
            with Terminal(width=160) as t:
                t.run("%s -s unix:%s -U root %s" % (CONSOLE, server.admin, mode))
                t.wait("password of root:")
                t.run("secret")
                t.wait(sign)
                need("secret" not in t.screen(), t.screen())
                t.run("q")
        status, _, err = local(server, "-U", "root", "--plain")
        same(status, 2, "exit status without a terminal: " + err)


@case
def a_password_typed_in_line_mode_is_not_shown():
    with Daemon() as d, Terminal() as t:
        t.run("%s --plain -s unix:%s" % (CONSOLE, d.admin))
        t.wait("socks5>")
        t.run("user add eve")
        t.wait("not shown")
        t.run("correct horse")
        t.wait(re.compile("again|repeat", re.I))
        t.run("correct horse")
        t.wait("done")
        need("correct" not in t.screen(), t.screen())
        t.keys("C-d")
        same(t.status(), 0, "exit status")


@case
def what_cannot_draw_gets_lines():
    with FakeServer() as server:
        for env in ({"TERM": "dumb"}, {"TERM": ""}, {"TERM": "xterm"}):
            status, out, err = local(server, stdin="status\n", **env)
            same((status, err), (0, ""), env)
            need("connections: " in out and "\x1b" not in out, out)
        with Terminal() as t:
            t.run("TERM=dumb %s -s unix:%s" % (CONSOLE, server.admin))
            t.wait("socks5>")
            t.keys("C-d")
            same(t.status(), 0, "exit status")


@case
def what_was_chosen_with_keys_holds_the_next_time():
    with FakeServer() as server, Terminal() as t:
        for option in "", "--interval 2":  # an option holds only once
            t.run("%s -s unix:%s %s" % (CONSOLE, server.admin, option))
            t.wait("[UP]")
            t.keys("]")
            t.wait(re.compile("Throughput.* %s " %
                              ("1 h" if option else "10 min")))
            t.keys("q")
            t.wait("[UP]", absent=True)
            same(t.status(), 0, "exit status")  # it is written by now
        with open(t.folder + "/socks5tui/preferences") as f:
            text = f.read()
        need("\nwindow 1h\n" in text and "\ninterval 1\n" in text, text)


@case
def what_was_set_up_holds_at_once_and_the_next_time():
    with FakeServer() as server, Terminal(LC_ALL="C.UTF-8") as t:
        t.run("%s -s unix:%s --theme dark" % (CONSOLE, server.admin))
        t.wait("[UP]")
        need(not t.screen().isascii(), "it is ASCII anyway")
        t.keys("F2")
        t.wait("> theme     dark")
        t.keys("j")
        t.wait("> glyphs    auto")
        t.keys("Space")
        t.wait("> glyphs    ascii")
        t.wait("+- Setup ")
        t.keys("Escape")
        t.wait("Setup", absent=True)
        need(t.screen().isascii(), t.screen())
        t.keys("q")
        t.wait("[UP]", absent=True)
        same(t.status(), 0, "exit status")
        with open(t.folder + "/socks5tui/preferences") as f:
            text = f.read()
        need("\nglyphs ascii\n" in text, text)
        need("\ntheme auto\n" in text, "an option held for ever: " + text)
        t.run("%s -s unix:%s" % (CONSOLE, server.admin))
        t.wait("+- Throughput")
        t.keys("q")


@case
def a_daemon_has_a_name_once_it_was_saved():
    with FakeServer("-u", "root:secret") as server:
        config = {"XDG_CONFIG_HOME": server.folder}
        same(local(server, "-U", "root", "--save", "edge-1", **config),
             (0, "", ""))
        status, out, err = console("-s", "edge-1", "--json", "--base",
                                   SOCKS5_PASSWORD="secret", **config)
        same((status, err), (0, ""))
        need("total_connections" in out, out)
        with open(server.folder + "/socks5tui/nodes") as f:
            need("secret" not in f.read(), "the password was saved")


@case
def the_console_goes_to_another_daemon_by_its_saved_name():
    with FakeServer() as one, FakeServer("-n", "7") as two, Terminal() as t:
        for name, server in ("one", one), ("two", two):
            same(local(server, "--save", name, XDG_CONFIG_HOME=t.folder),
                 (0, "", ""))
        t.run("%s -s one nodes" % CONSOLE)
        t.wait("2 of 2 up")
        t.keys("1")
        t.wait("[UP]")
        t.keys("H")
        t.wait("saved: one two")
        t.keys("C-u")
        t.type("two")
        t.keys("F2")
        t.wait("Sessions    ")
        t.wait(re.compile("Sessions +7 "))
        t.keys("q")
        t.wait("[UP]", absent=True)
        same(t.status(), 0, "exit status")


# ---- recordings


@case
def what_was_recorded_is_played_to_the_same_end():
    with Daemon("auth yes") as d, Terminal() as t:
        path = d.path("recording")
        t.run("%s -s unix:%s --record %s" % (CONSOLE, d.admin, path))
        t.wait("[UP]")
        t.keys("3")
        t.wait("[3 Users]")
        t.keys("a")
        t.wait("Add user")
        for text in "eve", "Tr0ub4dor", "Tr0ub4dor":
            t.type(text)
            t.keys("Tab")
        t.keys("F2")
        t.wait('User "eve" added.')
        t.wait(re.compile(r"^> +eve .* on ", re.M))  # the whole row
        shown = [line for line in t.lines() if re.match("> +eve ", line)]
        t.keys("q")
        t.wait("[3 Users]", absent=True)
        same(os.stat(path).st_mode & 0o777, 0o600, "mode of the recording")
        with open(path) as f:
            text = f.read()
        need("Tr0ub4dor" not in text and " code=84" not in text,
             "the password is in the recording")
        status, out, err = console("--replay", path, "--once")
        same((status, err), (0, ""))
        need(shown[0] in out.split("\n"), shown[0] + "\n" + out)
        # On a screen it takes keys of its own.
        t.run("%s --replay %s" % (CONSOLE, path))
        t.until("Space", "End of the recording")
        t.wait(shown[0])
        t.keys("d")
        t.keys("q")
        t.wait("End of the recording", absent=True)
        same(t.status(), 0, "exit status")
        same(local(d, "-c", "user show eve")[0], 0, "status of eve's account")


@case
def a_recording_that_is_none_is_refused():
    with FakeServer() as server:
        path = server.folder + "/recording"
        with open(path, "w") as f:
            f.write("socks5tui-record 1 w=80 h=24\n0 tick\nnonsense\n")
        status, out, err = console("--replay", path, "--once")
        same(status, 2, "exit status")
        need("line 3 " in err, err)
        same(console("--replay", "/nonexistent", "--once")[0], 2)
        same(console("--replay", path, "--batch")[0], 2)
        same(console("--record", path, "--once")[0], 2)


@case
def bad_usage_is_told_with_status_2():
    for args in (["-n", "0"], ["-n", "x"], ["-d", "0"], ["-d", "3601"],
                 ["--color", "red"], ["--theme", "x"], ["--save", "a b"], ["--json", "--plain"], ["--csv", "-c", "x"], ["--once", "--no-reconnect"],
                 ["--once", "nonsense"], ["--once", "nodes"], ["--json", "nodes"], ["--once", "users", "extra"]):
        status, out, err = console(*args)
        same((status, out), (2, ""), "status and output of %r" % (args,))
        need(err, "%r says nothing" % (args,))


main()
