#!/usr/bin/env python3
"""What a newcomer does, by what the screen says alone, wherever the console runs.

Adds a user, kills the busiest session, changes a timeout: over a Unix socket in
terminals of each type, and over TCP; clients_sctp_test does it over SCTP.
"""

import contextlib
import re

from harness import *
from terminal import *


def press(t, key, word, name=None):
    """Press a key that the bottom line offers under that word."""
    t.wait("%s %s" % (key, word))
    need("%s %s" % (key, word) in t.lines()[23], t.screen())
    t.keys(name or key)


def keep_busy(s):
    """Traffic until the session ends."""
    def run():
        with contextlib.suppress(OSError, EOFError, Failure):
            while True:
                s.sendall(b"x" * 20000)
                read_exactly(s, 20000)
                time.sleep(0.02)
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def add_a_user(t):
    t.wait("3 Users")
    t.keys("3")
    press(t, "a", "Add")
    t.wait("Add user")
    t.type("eve")
    press(t, "Tab", "Next")
    t.type("correct horse")
    t.keys("Tab")
    t.type("correct horse")
    press(t, "F2", "OK")
    t.wait('User "eve" added.')


def kill_the_busiest(t, quiet, busy):
    traffic = keep_busy(busy)
    t.keys("2")
    t.wait("busiest first")
    t.wait(re.compile(r"^>  eve.*:%d " % busy.getsockname()[1], re.M))
    press(t, "F9", "Kill")
    t.wait("Kill this session?")
    need("y  Kill" in t.screen(), t.screen())
    t.gone("y", "Kill this session?")
    traffic.join(PATIENCE)
    need(not traffic.is_alive(), "the busiest goes on")
    quiet.sendall(b"y")
    same(read_exactly(quiet, 1), b"y", "the other goes on")


def go_down_to(t, row):
    here = t.wait(re.compile(r"^> (\S+)", re.M)).group(1)
    while here != row:
        t.keys("Down")
        here = t.wait(re.compile(r"^> (?!%s )(\S+)" % re.escape(here),
                                 re.M)).group(1)


def change_a_timeout(t):
    t.keys("4")
    t.wait("connection-timeout")
    go_down_to(t, "connection-timeout")
    press(t, "Enter", "Edit")
    t.wait("new value")
    t.keys("C-u")
    t.type("60")
    t.keys("Enter")
    t.wait("F2 sends it")
    press(t, "F2", "Apply")
    t.wait("connection-timeout set to 60")


def journey(command, env, *lines, args=()):
    """command: makes the console's options out of the daemon."""
    with contextlib.ExitStack() as stack:
        target = stack.enter_context(Crowd())
        daemon = stack.enter_context(Daemon("auth yes", *lines, args=args))
        t = stack.enter_context(Terminal())
        before = t.modes()
        t.run("env %s %s %s" % (env, program("socks5tui"), command(daemon)))
        t.wait("[UP]")
        add_a_user(t)
        quiet, busy = (stack.enter_context(tunnel(
            daemon, target.host, target.port, "eve", "correct horse"))
            for _ in range(2))
        kill_the_busiest(t, quiet, busy)
        change_a_timeout(t)
        if env == "LC_ALL=C":
            need(t.screen().isascii(), t.screen())
        t.keys("q")
        t.wait(re.compile("^%", re.M))
        same(t.status(), 0, "exit status")
        same(t.modes(), before, "modes of the terminal")


# ---- in lines, where nothing can be drawn


def choose(t, title, *answers):
    """What the menu has under that title, and what it then asks for."""
    t.wait(re.compile(r"^socks5> *\n*\Z", re.M))
    t.run("?")
    number = t.wait(re.compile(r"^(\d+) %s$" % title, re.M)).group(1)
    t.wait(re.compile(r"^socks5> *\n*\Z", re.M))
    t.run(number)
    for question, answer in answers:
        t.wait(re.compile(question + r" *\n*\Z"))
        t.run(answer)


@case
def a_newcomer_finds_the_way_with_TERM_dumb():
    with contextlib.ExitStack() as stack:
        target = stack.enter_context(Crowd())
        daemon = stack.enter_context(Daemon("auth yes"))
        t = stack.enter_context(Terminal(width=400, height=60))
        t.run("TERM=dumb %s -s unix:%s" % (program("socks5tui"), daemon.admin))
        choose(t, "add a user", ("name of the new user:", "eve"),
               ("Enter for regular:", ""), ("password, not shown:", "correct horse"),
               ("the same again:", "correct horse"))
        t.wait(re.compile("^done$", re.M))
        need("correct horse" not in t.screen(), t.screen())
        quiet, busy = (stack.enter_context(tunnel(
            daemon, target.host, target.port, "eve", "correct horse"))
            for _ in range(2))
        traffic = keep_busy(busy)
        first = re.compile(r"^socks5> \d+\n(\d+), user eve, client \S+:%d,.* "
                           r"down_rate" % busy.getsockname()[1], re.M)

        def busiest():
            choose(t, "sessions, the busiest first")
            t.wait(re.compile(r"user eve.*\n.*user eve.*\nsocks5> *\n*\Z"))
            return first.search(t.screen())
        number = wait_for(busiest, "its rates").group(1)
        choose(t, "end a session", ("number of the session:", number),
               ("Type yes to do it:", "yes"))
        traffic.join(PATIENCE)
        need(not traffic.is_alive(), "the busiest goes on")
        quiet.sendall(b"y")
        same(read_exactly(quiet, 1), b"y", "the other goes on")
        choose(t, "change a setting",
               ("name of the setting:", "connection-timeout"),
               ("new value:", "60"))
        t.wait(re.compile(r"ANN: .*connection-timeout.*60"))
        t.run("q")
        same(t.status(), 0, "exit status")


def over_unix(term):
    def run():
        journey(lambda daemon: "-s unix:" + daemon.admin, term)
    run.__name__ = "a_newcomer_finds_the_way_with_" + re.sub("[-=]", "_", term)
    case(run)


def over(kind):
    def options(daemon):
        where = daemon.wait_log(r" administering on=(%s:\S+)" % kind).group(1)
        return "-s %s -U root" % where

    def run():
        journey(options, "SOCKS5_PASSWORD=secret", "admin %s:127.0.0.1:0" % kind,
                args=("-a", "root:secret"))
    run.__name__ = "a_newcomer_finds_the_way_over_" + kind
    case(run)


if __name__ == "__main__":
    for setting in ("TERM=xterm-256color", "TERM=tmux-256color", "TERM=screen",
                    "TERM=linux", "TERM=vt100", "LC_ALL=C"):
        over_unix(setting)
    over("tcp")
    main()
