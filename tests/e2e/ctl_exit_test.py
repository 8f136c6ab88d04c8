#!/usr/bin/env python3
"""The exit statuses of socks5ctl, each way to each of them, and scripts."""

import json

from bottler_wire import Fleet
from harness import *

NOWHERE = "unix:/nonexistent/admin.sock"


def call(*args, stdin="", out=subprocess.PIPE, **env):
    done = subprocess.run([program("socks5ctl"), *args], input=stdin,
                          text=True, stdout=out, stderr=subprocess.PIPE,
                          timeout=PATIENCE, env=clean_environment(**env))
    need(not SANITIZER.search(done.stderr), done.stderr)
    return done


def ends(status, why, *args, **more):
    """It ends so, says why on standard error, and prints nothing."""
    done = call(*args, **more)
    same(done.returncode, status, "%s: %s" % (args, done.stderr))
    need(why in done.stderr, "%s: %s" % (args, done.stderr))
    need(done.stderr.startswith("socks5ctl: ") or why == "usage:",
         done.stderr)
    same(done.stdout or "", "", args)


def serve(answer):
    """A server that reads the login, says this, and closes."""
    def run(s):
        s.recv(1024)
        s.sendall(answer)
        s.shutdown(socket.SHUT_WR)
        while s.recv(65536):
            pass
    return Target(run)


@case
def what_went_well_is_0():
    with Daemon() as d:
        for args, stdin in ((["status"], ""), (["get"], ""), ([], ""),
                            ([], "# nothing\n\n"), (["-e", "ping"], ""),
                            (["user", "add", "x"], "pw\n"),
                            (["user", "del", "x"], ""), (["rule", "list"], "")):
            done = call("-s", "unix:" + d.admin, *args, stdin=stdin)
            same((done.returncode, done.stderr), (0, ""), args)
    for args in (["-h"], ["--help"], ["-v"], ["--version"], ["help"],
                 ["help", "get"], ["completion", "bash"], ["watch", "-h"],
                 ["log", "-f", "--help"], ["user", "add", "-h"],
                 ["watch", "2", "user", "list", "-h"], ["help", "ping"]):
        same(call(*args).returncode, 0, args)


@case
def what_the_server_refuses_is_1():
    with Daemon() as d:
        for line, why in (("user del nobody", "there is no account \"nobody\""),
                          ("set buffer-size 1", "buffer-size"),
                          ("set workers 3", "restart"),
                          ("get nonsense", "there is no setting \"nonsense\""),
                          ("rule add maybe", "want allow or deny"),
                          ("rule del 99", "no")):
            ends(1, line + ": ", "-s", "unix:" + d.admin, *line.split())
            ends(1, why, "-s", "unix:" + d.admin, *line.split())
    with Fleet(token=b"SECRET01") as d:
        ends(1, "user del x: there is no such account", "--bottler",
             "127.0.0.1:%d" % d.bottler_port, "user", "del", "x",
             BOTTLER_TOKEN="SECRET01")


@case
def bad_usage_is_2_and_nothing_is_sent():
    for args, why in ((["nonsense"], "no command"), (["user"], "behind it comes one of add, del, "),
                      (["user", "add"], "name is missing"),
                      (["sesion", "list"], 'did you mean "session list"?'),
                      (["user", "lsit"], 'did you mean "user list"?'),
                      (["statsu"], 'did you mean "status"?'),
                      (["stpo"], 'did you mean "stop"?'),
                      (["--base", "user", "ad", "x"], '"user add"'),
                      (["x" * 300], "socks5ctl help lists them"),
                      (["set", "a"], "value is missing"),
                      (["user", "del", "a", "b"], '"b" is too much'),
                      (["session", "kill", "x"], "whole number"),
                      (["user", "role", "x", "king"], "must be one of"),
                      (["rule", "add", "--place"], "a value is missing"),
                      (["rule", "add", "--nonsense", "x"], "unknown option"),
                      (["-e", "'"], "a quote is not closed"),
                      (["-e", "x " * 40], "too many words"),
                      (["--nonsense"], "--nonsense is not an option\nTry "),
                      (["-s"], "-s needs an argument\nTry socks5ctl -h."),
                      (["--json=x"], "--json takes no argument\nTry "),
                      (["-s", "tcp:[::1", "get"], "tcp:[::1"),
                      (["--base", "hello"], "not in the base protocol"),
                      (["user", "last", "x"], "--bottler"),
                      (["watch", "user", "del", "x"], "only look"),
                      (["status", "-f"], "lists that grow"),
                      (["completion"], "bash"), (["help", "me"], "no command"),
                      (["--token-file", "x", "get"], "--bottler")):
        ends(2, why, "-s", NOWHERE, *args)
    ends(2, "-U", "-s", "tcp:127.0.0.1:1", "get")
    ends(2, "nonexistent", "-s", "tcp:127.0.0.1:1", "-U", "x",
         "--password-file", "/nonexistent", "get")
    ends(2, "1 to 255", "-s", NOWHERE, "user", "add", "x", stdin="\n")
    ends(2, "SOCKS5_PASSWORD", "-s", "tcp:127.0.0.1:1", "-U", "x", "get",
         SOCKS5_PASSWORD="")


@case
def who_is_not_there_or_goes_away_is_3():
    ends(3, NOWHERE + ": No such file or directory\n", "-s", NOWHERE, "get")
    with tempfile.TemporaryDirectory() as home:
        for words in (["status"], ["log", "-f"], ["watch"]):
            done = call(*words, XDG_RUNTIME_DIR=home)
            if done.returncode != 0:  # no socks5d of this host's own answers
                need(done.stderr.endswith(": is socks5d running? -s names "
                                          "another endpoint\n"), done.stderr)
    with refusing() as port:
        ends(3, "tcp:127.0.0.1:%d" % port, "-s", "tcp:127.0.0.1:%d" % port,
             "-U", "x", "get", SOCKS5_PASSWORD="x")
    hello = b"\x02\x00\x00\x00\x00\x00\x1a\x01\x01\x01n\x01p" + b"\x00" * 4 \
        + b"\xff" * 16
    for answer, why in ((b"", "closed the connection"),
                        (b"\x07", "does not speak"),
                        (b"\x01\x00" + hello, "closed the connection"),
                        (b"\x01\x00" + hello + b"\x05\x05\x05",
                         "what is no answer")):
        with serve(answer) as t:
            ends(3, why, "-s", "tcp:127.0.0.1:%d" % t.port, "-U", "x",
                 "status", SOCKS5_PASSWORD="x")
    with Daemon() as d, open("/dev/full", "w") as full:
        for words in (["get"], ["log", "-f"]):
            ends(3, "standard output: No space left", "-s", "unix:" + d.admin,
                 *words, out=full)
        for words in (["-h"], ["-v"], ["help"], ["completion", "bash"]):
            ends(3, "standard output: No space left", *words, out=full)


@case
def a_login_that_is_refused_is_4():
    with serve(b"\x01\x01") as t:
        ends(4, "refused the login", "-s", "tcp:127.0.0.1:%d" % t.port, "-U",
             "x", "-e", "get", "-e", "status", SOCKS5_PASSWORD="x")
    with Fleet(token=b"SECRET01") as d:
        ends(4, "another token", "--bottler", "127.0.0.1:%d" % d.bottler_port,
             "status", BOTTLER_TOKEN="SECRET02")


@case
def a_pipe_that_closes_ends_it_as_it_ends_others():
    with Daemon() as d:
        p = subprocess.Popen(
            [program("socks5ctl"), "-s", "unix:" + d.admin],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env=clean_environment(), preexec_fn=lambda:
            signal.signal(signal.SIGPIPE, signal.SIG_DFL))
        p.stdout.close()
        p.communicate(b"get\n" * 100)
        same(p.returncode, -signal.SIGPIPE)


@case
def a_script_goes_out_in_one_flight_and_is_answered_in_order():
    with Daemon() as d:
        script = "".join("user add u%d\npw%d\n" % (i, i) for i in range(5)) \
            + "user list\nget workers\n"
        done = call("-s", "unix:" + d.admin, "--json", stdin=script)
        same((done.returncode, done.stderr), (0, ""))
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        same([row.get("name", row.get("key")) for row in rows],
             ["u0", "u1", "u2", "u3", "u4", "workers"])


@case
def what_is_wrong_in_a_script_is_told_with_its_line():
    with Daemon() as d:
        def script(text):
            return call("-s", "unix:" + d.admin, stdin=text)
        done = script("user add x\npw\n# a comment\n\nuser nonsense\nget\n")
        same((done.returncode, done.stdout), (2, ""))
        need("line 5: " in done.stderr and "user nonsense" in done.stderr,
             done.stderr)
        done = script("user del x\n")
        same(done.returncode, 1, "nothing of it was done")
        done = script("get workers\nset buffer-size many\n")
        same(done.returncode, 1)
        need("line 2: set buffer-size many: " in done.stderr, done.stderr)
        need("workers" in done.stdout, "what is right is answered")
        done = script("get 'workers\n")
        same(done.returncode, 2)
        need("line 1: " in done.stderr and "quote" in done.stderr, done.stderr)
        done = script("get workers\nget\0 workers\n")
        same((done.returncode, done.stdout), (2, ""))
        need("line 2: an octet 0" in done.stderr, done.stderr)


def base_only(s):
    """A server as the protocol's first document has it."""
    for n in (1, *[None] * 2):  # VER, then two texts
        s.recv(n or s.recv(1)[0])
    s.sendall(b"\x01\x00")
    answers = {0: b"\x01\x03bob", 1: bytes(8), 2: bytes(2), 3: bytes(2),
               4: bytes(8), 5: bytes(8), 6: bytes(8), 7: b"\x01",
               8: b"\x00\x01\x00\x00", 9: b"\x05", 0x10: b"\xff",
               0x11: b"\x00"}
    while code := s.recv(2):
        if code[0] > 1:
            s.sendall(b"\xff\xff")
            return
        s.sendall(code + (answers[code[1]] if code[0] == 0 else b"\x00"))


@case
def a_server_with_the_base_protocol_alone_is_asked_what_it_can():
    with Target(base_only) as t:
        def ctl(*args):
            return call("-s", "tcp:127.0.0.1:%d" % t.port, "-U", "x", *args,
                        SOCKS5_PASSWORD="x")
        for way in ([], ["--base"]):
            done = ctl(*way, "--json", "status")
            same((done.returncode, done.stderr), (0, ""))
            row = json.loads(done.stdout)
            same((row["users"], row["selector_timeout"]), (1, 5))
            done = ctl(*way, "--json", "user", "list")
            same(json.loads(done.stdout), {"name": "bob"})
            same(ctl(*way, "get", "selector-timeout").stdout.split(),
                 ["selector_timeout", "5", "seconds"])
        for line in ("session list", "rule list", "log", "findings", "hello",
                     "user show bob", "metrics accepted", "get workers",
                     "start", "reset", "user enable bob no"):
            done = ctl(*line.split())
            same((done.returncode, done.stdout), (1, ""), line)
            need("not in the base protocol, and this server has no other" in
                 done.stderr, done.stderr)
            done = ctl("--base", *line.split())
            same((done.returncode, done.stdout), (2, ""), line)
            need("not in the base protocol" in done.stderr, done.stderr)


if __name__ == "__main__":
    main()
