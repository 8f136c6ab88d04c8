#!/usr/bin/env python3
"""The console as a person uses it, in tmux: against a real daemon and a fake."""

import contextlib
import json
import os
import re
import signal
import subprocess
import tempfile

from harness import *
from terminal import *

CONSOLE = program("socks5tui")


def start(terminal, server, *args, env=""):
    terminal.run("%s %s -s unix:%s %s" % (env, CONSOLE, server.admin,
                                          " ".join(args)))
    terminal.wait("[UP]")


def quit(terminal):
    terminal.keys("q")
    terminal.wait(re.compile("^%", re.M))


def figure(terminal, label):
    """The number behind a label on the dashboard."""
    found = terminal.wait(re.compile("[|\u2502] " + label + r" +([0-9 ]*[0-9])"))
    return int(found.group(1).replace(" ", ""))


# ---- journeys, the same against both


def add_user(t, name, password):
    t.keys("3")
    t.wait("[3 Users]")
    t.keys("a")
    t.wait("Add user")
    t.type(name)
    t.keys("Tab")
    t.type(password)
    t.keys("Tab")
    t.type(password)
    need(password not in t.screen(), "the password is on the screen")
    t.keys("F2")
    t.wait('User "%s" added.' % name)
    t.wait(re.compile("^>  " + name, re.M))


def delete_user(t, name):
    t.wait(re.compile("^>  " + name, re.M))
    t.keys("d")
    t.wait("Delete this user?")
    need(name in t.screen(), "the question does not name the account")
    t.gone("Enter", "Delete this user?")
    t.wait(re.compile("^>  " + name, re.M))
    t.keys("d")
    t.wait("Delete this user?")
    t.gone("y", "Delete this user?")
    t.wait('User "%s" deleted' % name)  # one y too many hides it for a while
    t.wait(re.compile("^[> ]  " + name, re.M), absent=True)


def change_settings(t):
    t.keys("4")
    t.wait("[4 Settings]")
    for value, row in (("131072", "I/O buffer"), ("60", "connection timeout"),
                       ("9", "selector timeout")):
        t.keys("Enter")
        t.wait("new value")
        t.keys("C-u")
        t.type(value)
        t.keys("Enter")
        t.wait("new value", absent=True)
        t.keys("j")
    t.wait("3 changes staged, nothing sent.")
    t.keys("F2")
    t.wait("3 settings changed.")
    t.wait(re.compile(r"I/O buffer +131 072 .*ok"))
    t.wait(re.compile(r"connection timeout +60 .*ok"))
    t.wait(re.compile(r"selector timeout +9 .*ok"))


def change_the_daemons_settings(t):
    """As the daemon's own table has them: found by name."""
    t.keys("4")
    t.wait("[4 Settings]")
    for value, key in (("131072", "buffer-size"), ("60", "connection-timeout"),
                       ("9", "selector-timeout")):
        t.keys("/")
        t.wait("Find")
        t.type(key)
        t.keys("Enter")
        t.wait(re.compile("^> " + key, re.M))
        t.keys("Enter")
        t.wait("new value")
        t.keys("C-u")
        t.type(value)
        t.keys("Enter")
        t.wait("new value", absent=True)
    t.wait("3 changes staged, nothing sent.")
    t.keys("F2")
    t.wait("3 settings changed. u takes them back")
    t.wait(re.compile(r"buffer-size +131 072 B .*ok"))
    t.wait(re.compile(r"connection-timeout +60 s .*ok"))
    t.keys("u")
    t.wait("Undone: 3 changes.")
    t.wait(re.compile(r"connection-timeout +255 s"))


def lose_and_find(t, server):
    server.stop()
    t.wait("!! LOST")
    t.keys("1")
    t.wait("[1 Dash]")
    t.wait("STALE")
    server.start()
    t.wait("[UP]")
    t.wait("!! LOST", absent=True)
    t.wait("every 1 s")


def resize(t):
    for width, height in ((140, 40), (60, 16), (40, 10), (200, 60), (80, 24)):
        t.resize(width, height)
        t.wait(re.compile(r"\A.*socks5d(.*\n){%d} \? .*Help.*\n*\Z"
                          % (height - 1)))


def suspend(t):
    t.keys("C-z")
    t.wait("Stopped")
    t.resize(100, 30)
    t.run("fg")
    t.wait(re.compile(r"\A socks5d(.*\n){29} \? "))
    t.resize(80, 24)
    t.wait(re.compile(r"\A socks5d(.*\n){23} \? "))


@case
def a_whole_session_against_a_fake_daemon():
    with FakeServer() as server, Terminal() as t:
        before = t.modes()
        start(t, server)
        first = figure(t, "Since the start")
        wait_for(lambda: figure(t, "Since the start") > first, "a new figure")
        add_user(t, "eve", "correct horse")
        delete_user(t, "eve")
        change_settings(t)
        lose_and_find(t, server)
        resize(t)
        suspend(t)
        quit(t)
        same(t.status(), 0, "exit status")
        same(t.modes(), before, "modes of the terminal")


@case
def a_whole_session_against_the_daemon():
    with contextlib.ExitStack() as stack:
        target = stack.enter_context(Crowd())
        daemon = stack.enter_context(Daemon("auth yes"))
        t = stack.enter_context(Terminal())
        before = t.modes()
        start(t, daemon)
        same(figure(t, "Sessions"), 0, "sessions before")
        add_user(t, "eve", "correct horse")
        with tunnel(daemon, target.host, target.port, "eve",
                    "correct horse") as s:
            t.wait(re.compile(r"^>  eve +regular +on +1 ", re.M))
            t.keys("1")
            wait_for(lambda: figure(t, "Sessions") == 1, "the session")
            s.sendall(b"x" * 100000)
            read_exactly(s, 100000)
            t.wait(re.compile(r"Up +[0-9]\d\d kB"))
            t.keys("3")
            delete_user(t, "eve")
            same(is_closed(s) in ("end", "reset"), True, "its session ends")
        with proxy_socket(daemon) as s:
            s.sendall(b"\5\1\2" + login("eve", "correct horse"))
            same(read_exactly(s, 4), b"\5\2\1\1", "the login of no account")
        change_the_daemons_settings(t)
        told = ctl(daemon, "get")
        need(re.search(r"^buffer-size +65536 ", told, re.M), told)  # undone
        lose_and_find(t, daemon)
        resize(t)
        suspend(t)
        quit(t)
        same(t.status(), 0, "exit status")
        same(t.modes(), before, "modes of the terminal")


# ---- what cannot be undone


@case
def what_cannot_be_undone_wants_a_word():
    with contextlib.ExitStack() as stack:
        target = stack.enter_context(Crowd())
        daemon = stack.enter_context(Daemon("auth no"))
        t = stack.enter_context(Terminal())
        start(t, daemon)
        s = stack.enter_context(tunnel(daemon, target.host, target.port))
        t.keys("S")
        t.wait("> s  stop: take no new clients")
        t.keys("s")
        t.wait("Stop taking clients?")
        t.until("y", "[DRAINING]")
        s.sendall(b"y")
        same(read_exactly(s, 1), b"y", "a session while it drains")
        t.keys("u")
        t.wait("[UP]")
        t.keys("S")
        t.wait("Server")
        t.keys("X")
        t.wait("Type STOP to confirm")
        t.keys("Enter")
        t.wait("Type STOP to confirm")
        t.until("z", "confirm: z")
        t.keys(*["BSpace"] * 12)
        t.type("STOP")
        t.wait("confirm: STOP")
        t.keys("Enter")
        t.wait("[STOPPED]")
        same(is_closed(s) in ("end", "reset"), True, "its session")
        t.keys(":")
        t.wait("Tab completes")
        t.type("set dissector y")
        t.keys("Enter")
        t.wait('dissector: "y": want yes|no')
        quit(t)


# ---- logging in


@case
def what_is_shown_is_saved_with_the_columns_of_json():
    with FakeServer("-n", "20") as server, Terminal() as t, \
            tempfile.TemporaryDirectory() as folder:
        start(t, server)
        t.keys("3")
        t.wait("[3 Users]")
        t.wait(re.compile("^>  ", re.M))
        t.keys("w")
        t.wait(re.compile(r"File +\[socks5tui-users-\d{8}T\d{4}Z\.json"))
        t.keys("C-u")
        t.type(folder + "/users.json")
        t.keys("F2")
        t.wait(re.compile(r"Saved, \d+ rows: " + folder))
        with open(folder + "/users.json") as f:
            saved = [json.loads(line) for line in f]
        quit(t)
        _, out, _ = console("--json", "users", "-s", "unix:" + server.admin)
        asked = [json.loads(line) for line in out.splitlines()]
        need(saved, "no row")
        same(sorted((row["name"], list(row)) for row in saved),
             sorted((row["name"], list(row)) for row in asked))
        same(os.stat(folder + "/users.json").st_mode & 0o777, 0o600)


@case
def a_wrong_password_is_asked_again_and_the_right_one_opens():
    with FakeServer("-u", "root:secret") as server, Terminal() as t:
        t.run("SOCKS5_PASSWORD=wrong %s -s unix:%s -U root" % (
            CONSOLE, server.admin))
        t.wait("Connect")
        t.wait("[REFUSED]")
        t.keys("Tab", "Tab")
        t.type("secret")
        t.keys("Enter")
        t.wait("[UP]")
        t.wait("root@unix:")
        quit(t)


@case
def without_a_daemon_the_form_says_why_and_connects_once_there_is_one():
    with FakeServer() as server, Terminal() as t:
        server.stop()
        t.run("%s -s unix:%s" % (CONSOLE, server.admin))
        t.wait("Connect")
        t.wait("[OFF]")
        t.wait("trying")
        server.start()
        t.wait("[UP]")
        quit(t)


@case
def escape_leaves_the_first_form_and_the_terminal_as_it_was():
    with Terminal() as t:
        before = t.modes()
        t.run("%s -s unix:%s/nothing" % (CONSOLE, t.folder))
        t.wait("[OFF]")
        t.keys("Escape")
        t.wait("[OFF]", absent=True)
        same(t.status(), 0, "exit status")
        same(t.modes(), before, "modes of the terminal")


# ---- terminals


@case
def each_terminal_type_is_served_as_far_as_it_goes():
    for term in ("xterm-256color", "tmux-256color", "screen", "linux",
                 "vt100"):
        with FakeServer() as server, Terminal() as t:
            before = t.modes()
            start(t, server, env="TERM=" + term)
            t.wait("Limits and switches")
            t.keys("3")
            t.wait("svc-backup")
            t.keys("?")
            t.wait("add a user")
            t.keys("Escape")
            t.wait("add a user", absent=True)
            quit(t)
            same(t.modes(), before, "modes after TERM=" + term)


@case
def a_terminal_type_that_nobody_knows_gets_a_message():
    with FakeServer() as server, Terminal() as t:
        before = t.modes()
        t.run("TERM=no-such-terminal %s -s unix:%s" % (CONSOLE, server.admin))
        t.wait("socks5tui: terminal no-such-terminal")
        t.wait("--plain")
        same(t.status(), 2, "exit status")
        same(t.modes(), before, "modes of the terminal")


@case
def in_the_C_locale_every_character_is_ASCII():
    with FakeServer() as server, Terminal() as t:
        start(t, server, env="LC_ALL=C")
        t.wait("+- Throughput")
        need(t.screen().isascii(), t.screen())
        quit(t)


@case
def no_color_means_no_colour():
    coloured = re.compile(r"\x1b\[([0-9;]*;)?(3[0-7]|38;5;\d+|9[0-7])(;[0-9;]*)?m")
    with FakeServer() as server, Terminal() as t:
        start(t, server, env="TERM=tmux-256color")
        t.wait("Limits and switches")
        need(coloured.search(t.screen(colours=True)), "there is no colour")
        quit(t)
        for env, option, want in (
                ("NO_COLOR=1", "", False), ("", "--mono", False),
                ("", "--color=never", False), ("NO_COLOR=1", "--color=auto", False),
                ("NO_COLOR=1", "--color=always", True),
                ("NO_COLOR=", "", True)):
            start(t, server, option, env="env TERM=tmux-256color " + env)
            t.wait("Limits and switches")
            found = coloured.search(t.screen(colours=True))
            same(bool(found), want, "colour with %s %s" % (env, option))
            quit(t)


@case
def a_paste_fills_the_field_and_is_not_enter():
    with FakeServer() as server, Terminal() as t:
        start(t, server)
        t.keys("3", "a")
        t.wait("Add user")
        t.paste("mal\nlory\n")
        t.wait("[mallory ")
        t.wait("Add user")
        t.keys("Escape")
        t.wait("Add user", absent=True)
        t.paste("dyq")
        t.keys("?")
        t.wait("Help: Users")
        t.keys("Escape")
        t.wait("Help: Users", absent=True)
        quit(t)


# ---- ends


@case
def every_signal_that_ends_it_leaves_the_terminal_as_it_was():
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT,
                   signal.SIGSEGV, signal.SIGABRT):
        with FakeServer() as server, Terminal() as t:
            before = t.modes()
            t.run("echo still here")
            t.wait(re.compile(r"^still here$", re.M))
            start(t, server)
            os.kill(t.child("socks5tui"), number)
            t.wait("[UP]", absent=True)
            t.wait(re.compile(r"^still here$", re.M))
            need(t.status() > 0, "a signal is no success")
            same(t.modes(), before, "modes after signal %d" % number)


@case
def it_comes_back_right_after_being_stopped_from_outside():
    with FakeServer() as server, Terminal() as t:
        start(t, server)
        pid = t.child("socks5tui")
        os.kill(pid, signal.SIGSTOP)
        t.wait("Stopped")
        t.resize(100, 30)
        t.run("fg")
        t.wait(re.compile(r"\A socks5d(.*\n){29} \? "))
        quit(t)


@case
def no_core_may_be_written():
    with FakeServer() as server, Terminal() as t:
        start(t, server)
        with open("/proc/%d/limits" % t.child("socks5tui")) as f:
            limits = f.read()
        need(re.search(r"Max core file size +0 +0", limits), limits)
        quit(t)


# ---- the command line


def console(*args, **env):
    r = subprocess.run([CONSOLE, *args], capture_output=True, text=True,
                       stdin=subprocess.DEVNULL, timeout=PATIENCE,
                       start_new_session=True,
                       env=clean_environment(**env))
    return r.returncode, r.stdout, r.stderr


@case
def once_prints_the_dashboard_as_text():
    with FakeServer() as server:
        status, out, err = console("--once", "--interval", "0.2", "-s",
                                   "unix:" + server.admin)
        same((status, err), (0, ""), "exit status and standard error")
        need(re.search(r"Since the start +1 20\d \d\d\d", out), out)
        need("\x1b" not in out, "an escape in the text")
        status, out, err = console("--once", "--ascii", "--interval", "0.2",
                                   "-s", "unix:" + server.admin)
        need(out.isascii() and "Top users" in out, out)


@case
def once_tells_why_it_cannot():
    with FakeServer("-u", "root:secret") as server:
        status, _, err = console("--once", "-s", "unix:" + server.admin)
        same(status, 4, "exit status of a refused login: " + err)
        status, out, err = console(
            "--once", "--interval", "0.2", "-U", "root", "-s",
            "unix:" + server.admin, SOCKS5_PASSWORD="secret")
        same(status, 0, "exit status: " + err)
        server.stop()
        status, _, err = console("--once", "-s", "unix:" + server.admin)
        same(status, 3, "exit status without a daemon: " + err)
        need(err.startswith("socks5tui: cannot connect to unix:"), err)


@case
def bad_usage_is_told_with_status_2():
    for args in (["--interval", "0"], ["--interval", "61"],
                 ["--interval", "x"], ["--no-such"], ["extra"], ["-s"],
                 ["-s", "tcp:"], ["--password-file", "/nonexistent"],
                 ["--once", "-s", "tcp:127.0.0.1:1"]):
        status, out, err = console(*args)
        same((status, out), (2, ""), "status and output of %r" % (args,))
        need(err, "%r says nothing" % (args,))


@case
def help_and_version_go_to_standard_output():
    status, out, err = console("--help")
    same((status, err), (0, ""))
    need("--read-only" in out, out)
    need(re.match(r"socks5tui \d", console("-v")[1]), "version")


main()
