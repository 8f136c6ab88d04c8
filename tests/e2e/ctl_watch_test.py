#!/usr/bin/env python3
"""socks5ctl watch, on a terminal and on a pipe."""

import json

from bottler_wire import Fleet
from terminal import *

TITLE = re.compile(r"^Every 0\.1s: (.*?)  +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", re.M)


def start(t, d, *words):
    t.run(" ".join([program("socks5ctl"), "-s", "unix:" + d.admin, "watch",
                    *words]))
    t.wait(TITLE)


def figure(t, name):
    found = re.search(r"^%s +(\d+)" % name, t.screen(), re.M)
    return int(found.group(1)) if found else -1


@case
def status_is_shown_again_and_again():
    with Daemon() as d, Terminal() as t:
        start(t, d, "0.1")
        same(TITLE.search(t.screen()).group(1), "status")
        t.wait("sessions")
        t.keys("q")
        start(t, d, "0.1", "metrics")
        first = figure(t, "clock")
        wait_for(lambda: figure(t, "clock") > first, "another clock")
        same(len(re.findall(r"^clock ", t.screen(), re.M)), 1)


@case
def the_terminal_is_as_before_however_it_ends():
    with Daemon() as d, Terminal() as t:
        before = t.modes()
        t.run("echo mark")
        for end, status in (("q", 0), ("C-c", 0)):
            start(t, d, "0.1")
            need("mark" not in t.screen(), "a screen of its own")
            t.keys(end)
            t.wait("mark")
            t.wait(TITLE, absent=True)
            same(t.status(), status)
            same(t.modes(), before)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            start(t, d, "0.1")
            os.kill(t.child("socks5ctl"), number)
            t.wait(TITLE, absent=True)
            same(t.status(), 128 + number)
            same(t.modes(), before)
        d.kill()
        t.run(program("socks5ctl") + " -s unix:%s watch" % d.admin)
        t.wait("cannot connect")
        same(t.status(), 3)
        same(t.modes(), before)


@case
def it_stops_and_goes_on_with_its_shell():
    with Daemon() as d, Terminal() as t:
        before = t.modes()
        start(t, d, "0.1")
        t.keys("C-z")
        t.wait("Stopped")
        same(t.modes(), before)
        t.run("fg")
        t.wait(TITLE)
        t.keys("q")
        t.wait(TITLE, absent=True)
        same(t.modes(), before)


@case
def it_fits_a_terminal_that_changes():
    with Daemon() as d, Terminal(100, 20) as t:
        start(t, d, "0.1", "get")
        for columns, rows in ((40, 8), (120, 30), (60, 60), (20, 3)):
            t.resize(columns, rows)

            def fits():
                lines = t.screen().split("\n")[:rows]
                need(all(len(line) <= columns for line in lines), lines)
                more = re.search(r"\((\d+) more\)", lines[rows - 1])
                return lines[1].startswith("KEY") and (more or rows == 60)
            wait_for(fits, "a picture of %d rows" % rows)


@case
def a_daemon_that_restarts_is_told_and_waited_for():
    with Daemon() as d, Terminal() as t:
        start(t, d, "0.1", "hello")
        d.kill()
        t.wait("lost, trying again: ")
        need(figure(t, "version") > 0, "the last answer is still there")
        d.start()
        t.wait("trying again", absent=True)
        wait_for(lambda: figure(t, "uptime") >= 0, "answers again")
        t.keys("q")


@case
def what_the_server_refuses_is_shown():
    with Daemon() as d, Terminal() as t:
        start(t, d, "0.1", "get", "nonsense")
        t.wait('there is no setting "nonsense"')
        t.keys("q")


@case
def lists_are_asked_no_longer_than_the_screen():
    with Fleet("auth no", token=b"SECRET01") as d, Terminal(80, 10) as t:
        with d.bottler(token=b"SECRET01") as b:
            for i in range(20):
                name = b"u%02d" % i
                same(b.ask(0x0A, b"\x03" + name + b"\x01x")[0], 0)
        t.run("export BOTTLER_TOKEN=SECRET01")
        t.run("%s --bottler 127.0.0.1:%d watch 0.1 user list" %
              (program("socks5ctl"), d.bottler_port))
        t.wait("(13 more)")
        t.keys("q")


class Pipe:
    def __init__(self, *args, **env):
        self.process = subprocess.Popen(
            [program("socks5ctl"), *args], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
            env=clean_environment(TERM="xterm", **env))

    def line(self):
        line = self.process.stdout.readline()
        need(line != "", "ended: " + line)
        need("\x1b" not in line, "no escape sequences")
        return line

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate()


@case
def a_pipe_gets_blocks_without_escape_sequences():
    with Daemon() as d, \
            Pipe("-s", "unix:" + d.admin, "watch", "0.1", "hello") as p:
        for _ in range(2):
            need(TITLE.fullmatch(p.line()[:-1]), "a title")
            need(p.line().startswith("version "), "the answer")
            while p.line() != "\n":
                pass
        d.kill()
        need("; trying again" in p.process.stderr.readline(), "it is told")
        d.start()
        while "uptime " not in p.line():
            pass


@case
def json_on_a_pipe_is_one_object_a_row():
    with Daemon() as d, \
            Pipe("-s", "unix:" + d.admin, "--json", "watch", "0.1") as p:
        clocks = [json.loads(p.line())["clock"] for _ in range(3)]
        same(clocks, sorted(clocks))


@case
def what_cannot_be_watched_is_2_and_where_nobody_is_3():
    def status(*words):
        return subprocess.run(
            [program("socks5ctl"), "-s", "unix:/nonexistent", *words],
            capture_output=True, stdin=subprocess.DEVNULL, timeout=PATIENCE,
            env=clean_environment()).returncode
    for words in (["watch", "nonsense"], ["watch", "user", "del", "x"],
                  ["watch", "0"], ["watch", "-1"], ["watch", "99999999"],
                  ["watch", "1x"], ["watch", "nan"],
                  ["-e", "status", "watch"]):
        same(status(*words), 2, words)
    same(status("watch", "0.1"), 3)


if __name__ == "__main__":
    main()
