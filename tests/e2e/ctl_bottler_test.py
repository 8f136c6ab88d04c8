#!/usr/bin/env python3
"""socks5ctl --bottler, against the real daemon and against bad ones."""

import json
import threading

from bottler_wire import *

HEX = b"0123456789abcdef"


class Result:
    def __init__(self, done):
        self.status, self.out, self.err = \
            done.returncode, done.stdout, done.stderr

    def rows(self):
        return [json.loads(line) for line in self.out.splitlines()]


def call(port, *args, stdin="", host="127.0.0.1", token="SECRET01"):
    done = subprocess.run(
        [program("socks5ctl"), "--bottler", "%s:%d" % (host, port), *args],
        input=stdin, text=True, capture_output=True, timeout=PATIENCE,
        env=clean_environment(BOTTLER_TOKEN=token))
    need(not SANITIZER.search(done.stderr), done.stderr)
    return Result(done)


class Daemon(Fleet):
    def __init__(self, *lines, **more):
        more.setdefault("token", b"SECRET01")
        super().__init__(*lines, args=("-a", "root:secret"), **more)

    def ctl(self, *args, **more):
        return call(self.bottler_port, *args, **more)

    def good(self, *args, **more):
        done = self.ctl(*args, **more)
        same((done.status, done.err), (0, ""), args)
        return done


class Liar:
    """A UDP server that answers each datagram with what `answers` gives: a
    list of datagrams for each."""

    def __init__(self, *answers, host="127.0.0.1"):
        self.socket = socket.socket(family_of(host), socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.port = self.socket.getsockname()[1]
        self.answers, self.seen = list(answers), []
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def serve(self):
        for datagrams in self.answers:
            data, source = self.socket.recvfrom(65536)
            if data == b"end":
                return
            self.seen.append((data, source))
            for d in datagrams:
                self.socket.sendto(d, source)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        with socket.socket(self.socket.family, socket.SOCK_DGRAM) as s:
            s.sendto(b"end", self.socket.getsockname())
        self.thread.join()
        self.socket.close()


@case
def every_command_of_bottler_is_a_command_of_socks5ctl():
    with Daemon() as d:
        row, = d.good("--json", "metrics", "summary").rows()
        same(row, {"total_connections": 0, "connections": 0, "bytes": 0,
                   "peak_connections": 0, "users_connected": 0})
        d.good("set", "buffer-size", "4096")
        same(d.good("--json", "get", "buffer-size").rows(),
             [{"buffer_size": 4096}])
        d.good("set", "connection-timeout", "60")
        same(d.good("--json", "get", "connection-timeout").rows(),
             [{"connection_timeout": 60}])
        same(d.good("--json", "user", "pages").rows(), [{"user_pages": 1}])
        d.good("user", "add", "bob", stdin="pw\n")
        d.good("user", "passwd", "bob", stdin="other\n")
        d.good("user", "rename", "bob", "tim")
        same(d.good("--json", "user", "list").rows(),
             [{"name": "root"}, {"name": "tim"}])
        same(d.good("--json", "user", "last", "tim").rows(),
             [{"last_connection": 0}])
        same(d.good("user", "last", "tim").out.split(),
             ["last_connection", "-"])
        d.good("user", "del", "tim")
        for key in ("dissector", "authentication", "running"):
            for word in ("no", "yes"):
                d.good("set", key, word)
                same(d.good("--json", "get", key).rows(),
                     [{key: word == "yes"}])
        d.good("stop")
        same(d.good("--json", "get", "running").rows(), [{"running": False}])
        d.good("start")
        same(d.good("--json", "get", "running").rows(), [{"running": True}])
        d.good("reset")
        need(re.fullmatch(r"answered in \d+\.\d+ ms\n", d.good("ping").out),
             "ping")


@case
def status_is_all_there_is():
    with Daemon() as d:
        row, = d.good("--json", "status").rows()
        need({"connections", "bytes", "buffer_size", "running"} <= set(row),
             row)
        names = [line.split()[0] for line in d.good("status").out.splitlines()]
        same(names, list(row), "the same names for people")


@case
def pages_of_users_are_joined():
    names = ["user-%03d" % i + "x" * 40 for i in range(60)]
    with Daemon("auth no") as d:
        for name in names:
            with d.bottler(token=b"SECRET01") as b:
                same(b.ask(0x0A, text(name) + text("pw"))[0], OK)
        need(d.good("--json", "user", "pages").rows()[0]["user_pages"] > 1,
             "several pages")
        rows = d.good("--json", "user", "list").rows()
        same([r["name"] for r in rows], ["root", *names])
        lines = d.good("user", "list").out.splitlines()
        same(lines, ["NAME", "root", *names], "one header")


@case
def refusals_are_1_with_the_reason_in_words():
    with Daemon() as d:
        for words, why in ((("user", "del", "nobody"), "no such account"),
                           (("user", "last", "nobody"), "no such account"),
                           (("set", "buffer-size", "1"), "does not take"),
                           (("user", "del", "root"), "not possible")):
            done = d.ctl(*words)
            same((done.status, done.out), (1, ""), words)
            need(why in done.err and " ".join(words) in done.err, done.err)
        d.good("user", "add", "bob", stdin="pw\n")
        done = d.ctl("user", "add", "bob", stdin="pw\n")
        same(done.status, 1)
        need("that name is taken" in done.err, done.err)
    with Daemon("bottler-readonly yes") as d:
        done = d.ctl("stop")
        same(done.status, 1)
        need("read-only" in done.err, done.err)


@case
def what_bottler_has_not_is_told_before_anything_is_sent():
    for words in (["session", "list"], ["get", "workers"], ["nonsense"],
                  ["user", "add", "--admin", "x"], ["hello"],
                  ["set", "connection-timeout", "99999999999"],
                  ["set", "buffer-size", "many"], ["user", "del"]):
        done = call(9, *words)
        same((done.status, done.out), (2, ""), words)
    need("not in Bottler" in call(9, "session", "list").err, "the reason")


@case
def the_token_comes_from_a_file_or_the_environment_and_a_wrong_one_is_4():
    with Daemon(token=HEX) as d:
        same(d.ctl("status", token=HEX.decode()).status, 0)
        same(d.ctl("--token-file", d.path("token"), "status",
                   token="rubbish").status, 0)
        done = d.ctl("-e", "status", "-e", "get running", token="SECRET99")
        same((done.status, done.out), (4, ""))
        same(len(done.err.splitlines()), 1, "told once")
        for path in (d.path("none"), d.conf, "/"):
            same(d.ctl("--token-file", path, "status").status, 2, path)
        done = d.ctl("status", token="short")
        same(done.status, 2)
        need("8 octets, or 16 hex digits" in done.err, done.err)


@case
def it_goes_with_nothing_that_means_a_connection():
    for args in (["-s", "unix:/x"], ["-U", "root"], ["--base"]):
        same(call(9, *args, "status").status, 2, args)
    done = subprocess.run([program("socks5ctl"), "--token-file", "/x", "get"],
                          capture_output=True, env=clean_environment())
    same(done.returncode, 2)
    same(call(99999, "status").status, 2)


@case
def where_nobody_listens_is_3_at_once():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    done = call(port, "status")
    same((done.status, done.out), (3, ""))
    need("nobody listens there" in done.err, done.err)


@case
def names_and_ipv6_addresses_are_understood():
    with Daemon(where="[::1]:0") as d:
        same(d.ctl("get", "running", host="[::1]").status, 0)
    with Daemon() as d:
        # Where it means ::1 first, nobody listens there.
        same(d.ctl("get", "running", host="localhost").status, 0)
    done = call(9, "status", host="nowhere.invalid")
    same(done.status, 3)
    need("nowhere.invalid" in done.err, done.err)


@case
def a_lost_datagram_is_sent_again_octet_for_octet_from_the_same_port():
    with Liar([], [b"\x01\x00\x01"]) as s:
        done = call(s.port, "--json", "get", "running")
        same(done.rows(), [{"running": True}], done.err)
        same(s.seen[0], s.seen[1])


@case
def three_tries_without_an_answer_are_3():
    with Liar([], [], [], []) as s:
        done = call(s.port, "get", "running")
        same((done.status, done.out), (3, ""))
        need("no answer to three tries" in done.err, done.err)
        same(len(s.seen), 3)


@case
def an_answer_that_comes_late_is_not_taken_for_the_next_ones():
    yes, no = b"\x01\x00\x01", b"\x01\x00\x00"
    with Liar([yes, no, no], [yes]) as s:
        done = call(s.port, "--json", "-e", "get running",
                    "-e", "get dissector")
        same(done.rows(), [{"running": True}, {"dissector": True}])
        need(s.seen[0][1] != s.seen[1][1], "a port for each request")


@case
def what_is_no_answer_is_left_out():
    rubbish = [b"", b"\x01", b"\x02\x00\x01", b"\x01\x00", b"\xff" * 1200,
               b"\x00" * 60000]
    with Liar([*rubbish, b"\x01\x00\x01"]) as s:
        done = call(s.port, "--json", "get", "running")
        same(done.rows(), [{"running": True}], done.err)
    with Liar([b"\x01\x00\xff\x05ab"], [b"\x01\x00\x02\x01"], []) as s:
        done = call(s.port, "user", "list")
        same((done.status, done.out), (3, ""))
        need("no answer" in done.err, done.err)


@case
def control_characters_of_a_server_do_not_reach_the_terminal():
    with Liar([b"\x01\x00\x01\x04\x1b[2J"], [b"\x01\x03"]) as s:
        done = call(s.port, "user", "list")
        same(done.status, 0, done.err)
        need("\x1b" not in done.out and "\\x1b[2J" in done.out, done.out)


@case
def a_server_whose_pages_never_end_is_left_at_the_last_page():
    page = b"\x01\x00\x01\x01x"
    with Liar(*[[page]] * 256) as s:
        done = call(s.port, "user", "list")
        same(done.status, 1)
        same(len(done.out.splitlines()), 256)
        need("there may be more" in done.err, done.err)


if __name__ == "__main__":
    main()
