#!/usr/bin/env python3
"""socks5ctl against the real daemon, as people and scripts call it."""

import functools
import json
import os
import pty
import re
import select
import socket
import subprocess
import termios
import time

import harness
from admin_daemon import socks5d
from harness import need, same

CTL = "socks5ctl"


class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def rows(self):
        return [json.loads(line) for line in self.out.splitlines()]


def call(*args, stdin="", **env):
    """Run socks5ctl with nothing but these arguments and variables."""
    done = subprocess.run(
        [harness.program(CTL), *args], input=stdin, text=True,
        capture_output=True, timeout=harness.PATIENCE,
        env=harness.clean_environment(**env))
    need(not harness.SANITIZER.search(done.stderr), done.stderr)
    return Result(done.returncode, done.stdout, done.stderr)


class Server:
    """What a case is given: where to connect, and how."""

    def __init__(self, kind):
        self.endpoint = socks5d(kind)

    def ctl(self, *args, stdin=""):
        return call("-s", self.endpoint, "-U", "root", *args, stdin=stdin,
                    SOCKS5_PASSWORD="secret")


CASES = []


def shared(function):
    CASES.append(function)
    return function


@shared
def status_tells_how_things_are(server):
    done = server.ctl("status")
    same((done.status, done.err), (0, ""))
    lines = done.out.splitlines()
    need(re.fullmatch(r"socks5d \S+ on %s" % re.escape(socket.gethostname()), lines[0]),
         lines[0])
    need(all(len(line) <= 80 for line in lines), done.out)
    same(len({re.match(r" *\S+", line).end() for line in lines[1:]}), 1,
         "columns at which the labels end")
    row, = server.ctl("--json", "status").rows()
    need({"sessions", "up", "cpu", "clock"} <= set(row), row)
    need("pid %d" % row["pid"] in done.out, done.out)


@shared
def base_status_shows_every_figure_once(server):
    done = server.ctl("--base", "status")
    same((done.status, done.err), (0, ""))
    names = [line.split()[0] for line in done.out.splitlines()]
    same(len(names), len(set(names)))
    need({"connections", "sent_bytes", "buffer_size"} <= set(names), done.out)
    row, = server.ctl("--base", "--json", "status").rows()
    same(list(row), names, "the same names in JSON")
    need(all(type(v) is int for v in row.values()), "%r" % row)


@shared
def help_tells_of_all_commands_or_of_some(server):
    whole = call("help")
    same((whole.status, whole.out), (0, call("-h").out))
    for words in (["help", "user", "add"], ["user", "add", "--help"]):
        done = call(*words)
        same((done.status, done.err), (0, ""))
        need("create an account" in done.out and "NAME" in done.out and
             "--observer" in done.out, done.out)
    need("user show" in call("help", "user").out, "a group")
    need("--bottler" in call("help", "user", "last").out, "where it is")
    same(call("help", "nonsense").status, 2)


@shared
def the_clock_of_status_never_goes_back(server):
    rows = server.ctl("--json", "-e", "status", "-e", "status").rows()
    need(rows[0]["clock"] <= rows[1]["clock"], rows)


@shared
def metrics_lists_every_figure_or_one(server):
    rows = server.ctl("--json", "metrics").rows()
    names = [row["name"] for row in rows]
    same(len(names), len(set(names)))
    need({"clock", "sessions", "auth_failed", "log_dropped", "resident",
          "descriptors", "cpu"} <= set(names), names)
    same({row["kind"] for row in rows}, {"counter", "gauge"})
    need(all(type(row["value"]) is int for row in rows), rows)
    need(all(row["meaning"] for row in rows), rows)
    row, = server.ctl("--json", "metrics", "accepted").rows()
    same(row["unit"], "connections")
    done = server.ctl("metrics", "nonsense")
    same((done.status, done.out), (1, ""))
    need("there is no figure" in done.err, done.err)


@shared
def settings_are_listed_with_all_there_is_to_know(server):
    rows = server.ctl("--json", "get").rows()
    known = {row["key"]: row for row in rows}
    same(len(known), len(rows))
    row = known["selector-timeout"]
    same({k: row[k] for k in ("value", "kind", "least", "most", "form",
                              "effect")},
         {"value": "7", "kind": "seconds", "least": 1, "most": 255,
          "form": "seconds", "effect": "live"})
    same(known["workers"]["effect"], "restart")
    same(known["auth"]["form"], "auto|yes|no")
    same(server.ctl("--json", "get", "workers").rows(), [known["workers"]])
    done = server.ctl("get", "nonsense")
    same((done.status, done.out), (1, ""))
    need('there is no setting "nonsense"' in done.err, done.err)


@shared
def any_live_setting_is_set_and_unset(server):
    def origin(key):
        row, = server.ctl("--json", "get", key).rows()
        return row["value"], row["origin"]
    for key, value in (("dissector", "yes"), ("auth", "yes"),
                       ("drain-timeout", "31"), ("log-level", "debug"),
                       ("prefer", "ipv4"), ("buffer-size", "4096")):
        before = origin(key)
        done = server.ctl("set", key, value)
        same((done.status, done.err), (0, ""), key)
        same(origin(key), (value, "runtime"))
        same(server.ctl("unset", key).status, 0, key)
        same(origin(key), before)
        done = server.ctl("unset", key)
        same(done.status, 1)
        need("it has no run-time value" in done.err, done.err)


@shared
def settings_that_cannot_be_are_refused_with_the_reason(server):
    for words, why in ((("set", "buffer-size", "1"), "buffer-size"),
                       (("set", "cleanup", "maybe"), "yes or no"),
                       (("set", "workers", "3"), "restart"),
                       (("set", "nonsense", "3"), "no setting"),
                       (("unset", "nonsense"), "no setting")):
        done = server.ctl(*words)
        same((done.status, done.out), (1, ""), words)
        need(why in done.err, done.err)


@shared
def metrics_and_get_are_halves_of_status(server):
    whole, = server.ctl("--base", "--json", "status").rows()
    metrics, = server.ctl("--base", "--json", "metrics").rows()
    settings, = server.ctl("--base", "--json", "get").rows()
    same(list(metrics) + list(settings), list(whole))
    same(server.ctl("--base", "--json", "get", "selector-timeout").rows(),
         [{"selector_timeout": 7}])


@shared
def figures_are_aligned_for_people(server):
    lines = server.ctl("--base", "status").out.splitlines()
    ends = {re.match(r"\S+ +(\d+|yes|no)", line).end() for line in lines}
    same(len(ends), 1, "columns at which the numbers end")
    lines = server.ctl("metrics").out.splitlines()
    need(lines[0].startswith("NAME"), lines[0])
    ends = {re.match(r"\S+ +\S+", line).end() for line in lines}
    same(len(ends), 1, "columns at which the values end")


@shared
def users_are_added_listed_and_removed(server):
    done = server.ctl("user", "add", "zoe", stdin="pw\n")
    same((done.status, done.out, done.err), (0, "", ""))
    listed = server.ctl("user", "list").out.splitlines()
    need("zoe" in [line.split()[0] for line in listed], listed)
    listed = server.ctl("--base", "user", "list").out.splitlines()
    need("zoe" in listed, listed)
    need({"name": "zoe"} in
         server.ctl("--base", "--json", "user", "list").rows(), "zoe")
    same(server.ctl("--json", "user", "connections", "zoe").rows(),
         [{"user_connections": 0}])
    done = server.ctl("user", "add", "zoe", stdin="pw\n")
    same(done.status, 1)
    need("user add zoe: an account of that name exists" in done.err, done.err)
    done = server.ctl("--base", "user", "add", "zoe", stdin="pw\n")
    need("user add zoe: that name is taken" in done.err, done.err)
    same(server.ctl("user", "del", "zoe").status, 0)
    done = server.ctl("user", "del", "zoe")
    same(done.status, 1)
    need('there is no account "zoe"' in done.err, done.err)
    done = server.ctl("--base", "user", "del", "zoe")
    need("there is no such account" in done.err, done.err)


@shared
def an_account_is_shown_and_each_column_changed(server):
    def shown(name):
        row, = server.ctl("--json", "user", "show", name).rows()
        return row
    same(server.ctl("user", "add", "--observer", "amy", stdin="pw\n").status, 0)
    row = shown("amy")
    same((row["role"], row["enabled"], row["sessions"], row["last"]),
         ("observer", True, 0, 0))
    need(0 <= time.time() - row["created"] < 3600, row)
    need(row in server.ctl("--json", "user", "list").rows(), row)
    for words, stdin in ((("role", "amy", "admin"), ""),
                         (("passwd", "amy"), "new\n"),
                         (("enable", "amy", "no"), ""),
                         (("rename", "amy", "amelia"), "")):
        done = server.ctl("user", *words, stdin=stdin)
        same((done.status, done.err), (0, ""), words)
    row = shown("amelia")
    same((row["role"], row["enabled"]), ("admin", False))
    if not server.endpoint.startswith("unix"):
        def login(password):
            return call("-s", server.endpoint, "-U", "amelia", "hello",
                        SOCKS5_PASSWORD=password).status
        same(login("new"), 4, "disabled")
        same(server.ctl("user", "enable", "amelia", "yes").status, 0)
        same((login("new"), login("pw")), (0, 4))
    same(server.ctl("user", "role", "amelia").status, 2, "no role given")
    done = server.ctl("user", "show", "amy")
    same((done.status, done.out), (1, ""))
    need('there is no account "amy"' in done.err, done.err)
    need(re.search(r"^created +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$",
                   server.ctl("user", "show", "amelia").out, re.M), "a date")
    same(server.ctl("user", "del", "amelia").status, 0)


@shared
def an_administrator_added_can_log_in_and_a_regular_user_cannot(server):
    same(server.ctl("user", "add", "--admin", "second", stdin="pw2\n").status, 0)
    same(server.ctl("user", "add", "third", stdin="pw3\n").status, 0)
    done = call("-s", server.endpoint, "-U", "second", "get",
                SOCKS5_PASSWORD="pw2")
    same(done.status, 0, done.err)
    if not server.endpoint.startswith("unix"):
        done = call("-s", server.endpoint, "-U", "third", "get",
                    SOCKS5_PASSWORD="pw3")
        same(done.status, 4)
        need("refused the login" in done.err, done.err)
    same(server.ctl("-e", "user del second", "-e", "user del third").status, 0)


@shared
def settings_are_changed_and_shown(server):
    done = server.ctl("--base", "--json", "-e", "set buffer-size 4096",
                      "-e", "get buffer-size", "-e", "set buffer-size 65536",
                      "-e", "get buffer-size")
    same(done.status, 0, done.err)
    same(done.rows(), [{"buffer_size": 4096}, {"buffer_size": 65536}])
    for word in ("yes", "no"):
        same(server.ctl("set", "dissector", word).status, 0)
    same(server.ctl("--base", "set", "cleanup", "on").status, 0)
    same(server.ctl("set", "cleanup", "yes").status, 0)
    done = server.ctl("set", "buffer-size", "1")
    same(done.status, 1)
    need("set buffer-size 1: " in done.err, done.err)


@shared
def a_value_is_sent_as_it_was_typed_or_not_at_all(server):
    done = server.ctl("set", "connection-timeout", "99999999999")
    need(done.status in (1, 2), done.status)
    need("set connection-timeout 99999999999: " in done.err, done.err)
    done = server.ctl("--base", "set", "connection-timeout", "999")
    same(done.status, 2)
    need("connection_timeout is at most 255" in done.err, done.err)
    done = server.ctl("--base", "set", "connection-timeout", "soon")
    same(done.status, 2)
    need("set connection-timeout: \"soon\": " in done.err, done.err)


@shared
def what_is_wrong_with_a_command_is_told(server):
    same(server.ctl("set", "cleanup", "perhaps").status in (1, 2), True)
    for line, what in (("user del", "name is missing"),
                       ("user connections", "user connections: name is missing"),
                       ("user connections a b", "\"b\" is too much")):
        done = server.ctl(*line.split())
        same(done.status, 2)
        need(what in done.err, done.err)


@shared
def commands_are_read_one_a_line_with_quotes_and_comments(server):
    done = server.ctl(stdin="# a comment\n\nuser add 'e v e'\npw\nget "
                            "selector-timeout\nuser del \"e v e\"\n")
    same((done.status, done.err), (0, ""))
    lines = [line.split() for line in done.out.splitlines()]
    same(lines[:2], [["key", "selector-timeout"], ["value", "7"]])


@shared
def a_refusal_in_a_flight_does_not_stop_the_others(server):
    done = server.ctl("--json", "-e", "user del nobody", "-e", "get nothing",
                      "-e", "get selector-timeout", "-e", "user del nobody")
    same(done.status, 1)
    row, = done.rows()
    same(row["value"], "7")
    same(len(done.err.splitlines()), 3, done.err)


@shared
def ping_measures_a_round_trip(server):
    done = server.ctl("ping")
    same(done.status, 0, done.err)
    need(re.fullmatch(r"answered in \d+\.\d{3} ms\n", done.out), done.out)
    row, = server.ctl("--json", "ping").rows()
    need(0 < row["round_trip_ms"] < harness.PATIENCE * 1000, "%r" % row)


@shared
def thousands_of_commands_are_one_flight(server):
    done = server.ctl("--base", "--json",
                      stdin="get selector-timeout\n" * 5000)
    same(done.status, 0, done.err)
    same(done.rows(), [{"selector_timeout": 7}] * 5000)
    done = server.ctl("--json", stdin="status\n" * 2000)
    same(done.status, 0, done.err)
    same(len(done.rows()), 2000)


@shared
def hello_says_who_the_server_is(server):
    row, = server.ctl("--json", "hello").rows()
    same((row["version"], row["role"], row["node"]),
         (1, "admin", socket.gethostname()))
    need(row["program"].startswith("socks5d "), row)
    lines = server.ctl("hello").out.splitlines()
    same([line.split()[0] for line in lines], list(row))


@shared
def base_alone_can_be_asked_for(server):
    same(server.ctl("--base", "hello").status, 2)
    same(server.ctl("--base", "get", "selector-timeout").status, 0)


# ---- without the daemon, or with another


def unix_only(function):
    harness.case(function)


def register_rest():
    @unix_only
    def a_local_administrator_needs_neither_name_nor_password():
        done = call("-s", socks5d("unix"), "get", "selector-timeout")
        same(done.status, 0, done.err)

    @unix_only
    def the_local_socket_is_found_without_being_named():
        folder = os.path.dirname(socks5d("unix").partition(":")[2])
        done = call("get", XDG_RUNTIME_DIR=folder)
        # Root looks in the system's directory, anybody else in their own.
        need(done.status in (0, 3), done.err)
        if done.status == 3:
            need("socks5d/admin.sock" in done.err, done.err)

    @unix_only
    def bad_usage_is_2_before_anything_is_sent():
        nowhere = "unix:/nonexistent.sock"
        for args in (["nonsense"], ["user"], ["user", "add"], ["user", "del"],
                     ["set", "buffer-size"], ["set", "x", "y", "z"],
                     ["--base", "set", "buffer-size", "many"],
                     ["--base", "set", "dissector", "maybe"],
                     ["get", "all", "that"], ["unset"],
                     ["user", "add", "--king", "x"], ["user", "role", "x"],
                     ["user", "role", "x", "king"], ["user", "show"],
                     ["user", "enable", "x", "perhaps"], ["-e", "get", "-e", "'"],
                     ["--nonsense"], ["-s"], ["user", "del", "a", "b"],
                     ["user", "add", "x" * 256], ["user", "list", "x"]):
            done = call("-s", nowhere, *args)
            same(done.status, 2, "%r: %s" % (args, done.err))
            need(done.err != "", args)
        need("get nothing: not in the base protocol" in
             call("-s", nowhere, "--base", "get", "nothing").err,
             "the whole command is named")
        for where in ("tcp:", "tcp:host:99999", "tcp:[::1", "unix:"):
            same(call("-s", where, "get").status, 2, where)
        same(call("-s", nowhere, "user", "add", "x", stdin="").status, 2)

    @unix_only
    def no_daemon_is_3():
        with harness.refusing() as port:
            for where in ("tcp:127.0.0.1:%d" % port, "unix:/nonexistent.sock"):
                done = call("-s", where, "-U", "root", "get",
                            SOCKS5_PASSWORD="secret")
                same(done.status, 3, done.err)
                need(where in done.err, done.err)

    @unix_only
    def a_wrong_password_is_4_and_a_network_needs_a_name():
        done = call("-s", socks5d("tcp"), "-U", "root", "get",
                    SOCKS5_PASSWORD="wrong")
        same((done.status, done.out), (4, ""))
        same(call("-s", socks5d("tcp"), "get").status, 2)

    @unix_only
    def the_password_may_come_from_a_file():
        path = os.path.join(
            os.path.dirname(socks5d("unix").partition(":")[2]), "password")
        with open(path, "w") as f:
            f.write("secret\nanother line\n")
        done = call("-s", socks5d("tcp"), "-U", "root", "--password-file",
                    path, "get", SOCKS5_PASSWORD="wrong")
        same(done.status, 0, done.err)
        same(call("-s", socks5d("tcp"), "-U", "root", "--password-file",
                  path + ".none", "get").status, 2)

    @unix_only
    def help_and_version_are_0():
        done = call("-h")
        same((done.status, done.err), (0, ""))
        for command in ("status", "user add", "set buffer-size", "ping"):
            need("\n  " + command in done.out, command)
        need(re.fullmatch(r"socks5ctl \d+\.\d+\.\d+\n", call("-v").out), "-v")

    @unix_only
    def a_password_is_asked_for_without_echo():
        said = on_terminal(["-s", socks5d("tcp"), "-U", "root", "get",
                            "selector-timeout"],
                           [("password of root: ", "secret\n")])
        need("selector-timeout" in said and "secret" not in said, said)

    @unix_only
    def tables_are_cut_at_the_terminals_width():
        for columns in (20, 40, 79):
            shown = on_terminal(["-s", socks5d("unix"), "get"], [], columns)
            widths = [len(line) for line in shown.splitlines()]
            need(max(widths) <= columns, "the longest line")
            need(len(widths) > 20, shown)
            same(shown.split()[0], "KEY")
            need("…" in shown, "what is cut is marked")

    @unix_only
    def colours_are_for_terminals_where_nobody_objects():
        for env, coloured in (({"TERM": "xterm"}, True), ({}, False),
                              ({"TERM": "dumb"}, False),
                              ({"TERM": "xterm", "NO_COLOR": "1"}, False)):
            shown = on_terminal(["-s", socks5d("unix"), "get"], [], **env)
            same("\x1b[" in shown, coloured, env)
            need(not re.search("\x1b[^[]|\x1b\\[[0-9;]*[^0-9;m]", shown),
                 "no other sequences")
        done = call("-s", socks5d("unix"), "get", TERM="xterm")
        need("\x1b" not in done.out, "a pipe")

    @unix_only
    def one_row_asked_for_by_its_key_is_shown_in_full():
        done = call("-s", socks5d("unix"), "get", "workers")
        names = [line.split()[0] for line in done.out.splitlines()]
        row, = call("-s", socks5d("unix"), "--json", "get", "workers").rows()
        same(names, list(row))

    @unix_only
    def a_new_password_is_asked_for_twice():
        said = on_terminal(["-s", socks5d("unix"), "user", "add", "typed"],
                           [("new password (user add typed): ", "pw\n"),
                            ("the same again: ", "pw\n")])
        need("pw" not in said.replace("password", ""), said)
        done = call("-s", socks5d("unix"), "user", "del", "typed")
        same(done.status, 0, done.err)

    @unix_only
    def a_server_without_the_extension_is_asked_what_it_can():
        with harness.Target(base_only) as target:
            where = "tcp:127.0.0.1:%d" % target.port
            done = call("-s", where, "-U", "root", "-e", "hello", "-e",
                        "get selector-timeout", SOCKS5_PASSWORD="secret")
            same(done.status, 1, done.err)
            same(done.out.split(), ["selector_timeout", "5", "seconds"])
            need("hello: not in the base protocol" in done.err, done.err)

    @unix_only
    def a_hostile_server_neither_crashes_nor_hangs_it():
        for answer in (b"", b"\x01", b"\x01\x00", b"\xff" * 100000,
                       b"\x01\x00\x00\x00\xff" + b"\x01\x1b" * 255,
                       b"\x01\x00\x00\x01" + b"\x00" * 8 + b"\x00" * 1000,
                       b"\x01\x00\x00\x00\x01\x05\x1b[2Jx",
                       b"\x01\x00\x02\x00\x00\xff\xff\xff\xff",
                       b"\x01\x00\x02\x00\x00\x00\x00\x00\x03\x01\x01\x05",
                       b"\x01\x00\x02\x00\x01\x00\x00\x00\x02\x01\x1b",
                       b"\x01\x00\x02\x00\x00\x00\x00\x00\x01\x01"):
            with hostile(answer) as where:
                done = call("-s", where, "-U", "root", "user", "list",
                            SOCKS5_PASSWORD="secret")
                # 1 is for one that says hello and knows no command.
                need(done.status in (0, 1, 3), "%r: %d %s" %
                     (answer[:20], done.status, done.err))
                need("\x1b" not in done.out + done.err, "a control character")


def base_only(stream):
    """A server as the protocol's first document has it: no extension."""
    for n in (1, None, None):  # VER, then two texts
        stream.recv(n or stream.recv(1)[0])
    stream.sendall(b"\x01\x00")
    while (asked := stream.recv(2)):
        if asked[0] > 1:
            stream.sendall(b"\xff\xff")
            return
        same(asked, b"\x00\x09")
        stream.sendall(asked + b"\x05")


def hostile(answer):
    """A server that says this to everybody and closes."""
    def serve(s):
        s.recv(1024)
        try:
            s.sendall(answer)
            s.shutdown(socket.SHUT_WR)
            while s.recv(65536):
                pass
        except OSError:
            pass

    class Where(harness.Target):
        def __enter__(self):
            super().__enter__()
            return "tcp:127.0.0.1:%d" % self.port
    return Where(serve)


def on_terminal(args, conversation, columns=80, **env):
    """Answer each prompt, with the echo off; returns all that was shown."""
    path = harness.program(CTL)
    pid, terminal = pty.fork()
    if pid == 0:
        termios.tcsetwinsize(1, (24, columns))
        clean = harness.clean_environment()
        for name in ("TERM", "NO_COLOR"):
            clean.pop(name, None)
        os.execve(path, [path, *args], {**clean, **env})
    shown = ""

    def read():
        ready, _, _ = select.select([terminal], [], [], harness.PATIENCE)
        need(ready, "nothing more after %r" % shown)
        try:
            return os.read(terminal, 4096).decode()
        except OSError:
            return ""
    for prompt, reply in conversation:
        while not shown.endswith(prompt):
            more = read()
            need(more, "ended after %r" % shown)
            shown += more
        need(not termios.tcgetattr(terminal)[3] & termios.ECHO, "echo is off")
        os.write(terminal, reply.encode())
    while True:
        more = read()
        if not more:
            break
        shown += more
    _, status = os.waitpid(pid, 0)
    same(os.waitstatus_to_exitcode(status), 0, shown)
    os.close(terminal)
    return shown


def register(kinds):
    for kind in kinds:
        for function in CASES:
            run = functools.partial(
                lambda k, f: f(Server(k)), kind, function)
            run.__name__ = "ctl_over_%s_%s" % (kind, function.__name__)
            harness.case(run)


if __name__ == "__main__":
    register(["unix", "tcp"])
    register_rest()
    harness.main()
