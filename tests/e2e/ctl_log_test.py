#!/usr/bin/env python3
"""socks5ctl log, and -f: lists that go on."""

import json

from harness import *

STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"


def ctl(*args, stdin=""):
    done = subprocess.run([program("socks5ctl"), *args], input=stdin,
                          text=True, capture_output=True, timeout=PATIENCE,
                          env=clean_environment())
    need(not SANITIZER.search(done.stderr), done.stderr)
    return done


class Follower:
    def __init__(self, d, *args):
        self.process = subprocess.Popen(
            [program("socks5ctl"), "-s", "unix:" + d.admin, *args],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=clean_environment())

    def until(self, pattern):
        lines = []
        while True:
            line = self.process.stdout.readline()
            need(line != "", "ended after %r" % lines)
            lines.append(line[:-1])
            if re.search(pattern, line):
                return lines

    def error(self):
        return self.process.stderr.readline()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        err = self.process.communicate()[1]
        need(not SANITIZER.search(err), err)


@case
def log_prints_lines_as_the_daemon_writes_them():
    with Daemon() as d:
        ctl_add(d, "bob")
        d.wait_log("bob")
        lines = ctl("-s", "unix:" + d.admin, "log").stdout.splitlines()
        need(all(re.match(STAMP + " (error|warn|info|debug) ", line)
                 for line in lines), lines)
        told = [line for line in d.log().splitlines() if "bob" in line]
        need(told and set(told) <= set(lines), lines)
        rows = [json.loads(line) for line in
                ctl("-s", "unix:" + d.admin, "--json", "log")
                .stdout.splitlines()]
        ids = [row["id"] for row in rows]
        same(ids, sorted(set(ids)))


@case
def log_f_shows_the_last_lines_and_each_new_one_once():
    with Daemon() as d:
        for i in range(8):
            ctl_add(d, "early-%d" % i)
        with Follower(d, "log", "-f") as f:
            # The newest line at that time tells of its own connection.
            before = f.until("early-7")
            need(0 < len(before) <= 10, before)
            for i in range(3):
                ctl_add(d, "late-%d" % i)
            lines = before + f.until("late-2")
            for i in range(3):
                same(sum("added" in line and "late-%d" % i in line
                         for line in lines), 1, lines)
            same(len(lines), len(set(lines)), "each line once")


@case
def log_f_goes_on_when_the_daemon_is_back():
    with Daemon() as d, Follower(d, "--json", "log", "-f") as f:
        ctl_add(d, "first")
        f.until("first")
        d.kill()
        need("the server is lost; trying again" in f.error(), "it is told")
        d.start()
        ctl_add(d, "second")
        lines = [json.loads(line) for line in f.until("second")]
        same(sum(row["text"] == "started" for row in lines), 1, lines)
        need(not any("first" in row["more"] for row in lines), lines)


def pop3(s):
    s.sendall(b"+OK\r\n")
    while s.recv(1000):
        s.sendall(b"+OK\r\n")


@case
def findings_f_shows_each_login_as_it_is_seen():
    with Daemon("dissector yes") as d, Target(pop3) as t, \
            Follower(d, "--json", "findings", "-f") as f:
        wait_for(lambda: "administrator connected" in d.log(), "the follower")
        for name in (b"bob", b"tim"):
            with tunnel(d, t.host, t.port) as s:
                for line in (b"", b"USER " + name, b"PASS geheim"):
                    s.sendall(line and line + b"\r\n")
                    s.recv(100)
            row = json.loads(f.until("POP3")[-1])
            same((row["login"], row["confirmed"]), (name.decode(), True))


@case
def log_f_that_cannot_be_is_told():
    nowhere = ["-s", "unix:/nonexistent"]
    for args, status in ((["log", "-f"], 3), (["status", "-f"], 2),
                         (["user", "list", "-f"], 2), (["nonsense", "-f"], 2),
                         (["--base", "log", "-f"], 2),
                         (["-e", "status", "log", "-f"], 2)):
        done = ctl(*nowhere, *args)
        same(done.returncode, status, "%s: %s" % (args, done.stderr))
        same(done.stdout, "")
    with Daemon("admin tcp:127.0.0.1:0") as d:
        where = d.wait_log(r" administering on=(tcp:\S+)").group(1)
        done = subprocess.run(
            [program("socks5ctl"), "-s", where, "-U", "root", "log", "-f"],
            capture_output=True, timeout=PATIENCE,
            env=clean_environment(SOCKS5_PASSWORD="wrong"))
        same(done.returncode, 4)


@case
def it_ends_when_nobody_reads_any_more_though_nothing_new_comes():
    with Daemon() as d:
        for words, status in ((["findings", "-f"], -signal.SIGPIPE),
                              (["watch", "86400", "user", "list"], -signal.SIGPIPE),
                              (["findings", "-f"], 3)):
            known = d.log().count("administrator connected")
            p = subprocess.Popen(
                [program("socks5ctl"), "-s", "unix:" + d.admin, *words],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                env=clean_environment(), preexec_fn=lambda: signal.signal(
                    signal.SIGPIPE, signal.SIG_IGN if status == 3
                    else signal.SIG_DFL))
            wait_for(lambda: d.log().count("administrator connected") > known, "it")
            if words[0] == "watch":
                need("Every" in p.stdout.readline(), "the first answer")
            same(p.poll(), None, "it goes on while somebody reads")
            p.stdout.close()
            same(p.wait(PATIENCE), status, words)
            err = p.stderr.read()
            need("standard output: Broken pipe" in err if status == 3
                 else err == "", err)


if __name__ == "__main__":
    main()
