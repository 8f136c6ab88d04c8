#!/usr/bin/env python3
"""Names through /etc/resolv.conf and /etc/hosts, as an operator writes them.

Runs itself in a network and a mount namespace of its own, where port 53 of
127.0.0.1 and both files are the test's. Without root this needs user
namespaces.
"""

import atexit
import contextlib
import fcntl
import ipaddress
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "e2e"))

from harness import *

A, AAAA = 1, 28


class Dns:
    """Answers by UDP and TCP on port 53. names: {name: {type: what}}, where what
    is a list of addresses, None for silence, or "tcp" and a list."""

    def __init__(self, names, host="127.0.0.1"):
        self.names = names
        self.asked = []
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.tcp = socket.socket()
        for s in (self.udp, self.tcp):
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind((host, 53))
        self.tcp.listen()
        self.threads = [threading.Thread(target=f, daemon=True)
                        for f in (self._udp, self._tcp)]
        for t in self.threads:
            t.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for s in (self.udp, self.tcp):
            with contextlib.suppress(OSError):
                s.shutdown(socket.SHUT_RDWR)
        for t in self.threads:
            t.join()
        self.udp.close()
        self.tcp.close()

    def _udp(self):
        with contextlib.suppress(OSError):
            while True:
                query, source = self.udp.recvfrom(512)
                if not query:
                    return
                answer = self.answer(query, False)
                if answer:
                    self.udp.sendto(answer, source)

    def _tcp(self):
        with contextlib.suppress(OSError):
            while True:
                with self.tcp.accept()[0] as s:
                    s.settimeout(PATIENCE)
                    n = struct.unpack("!H", read_exactly(s, 2))[0]
                    answer = self.answer(read_exactly(s, n), True)
                    s.sendall(struct.pack("!H", len(answer)) + answer)

    def answer(self, query, tcp):
        at, labels = 12, []
        while query[at]:
            labels.append(query[at + 1:at + 1 + query[at]].decode().lower())
            at += 1 + query[at]
        kind = struct.unpack("!H", query[at + 1:at + 3])[0]
        name = ".".join(labels)
        self.asked.append((name, kind, tcp))
        types = self.names.get(name)
        if types is None:
            return self.build(query[:at + 5], 3, [])
        what = types.get(kind, [])
        if what is None:
            return None
        if what[:1] == ["tcp"]:
            what = what[1:] if tcp else "cut"
        return self.build(query[:at + 5], 0, what)

    @staticmethod
    def build(question, rcode, what):
        cut = what == "cut"
        records = b""
        for text in [] if cut else what:
            ip = ipaddress.ip_address(text)
            records += struct.pack("!HHHIH", 0xC00C,
                                   A if ip.version == 4 else AAAA, 1, 60,
                                   len(ip.packed)) + ip.packed
        flags = 0x8180 | rcode | (0x0200 if cut else 0)
        return (question[:2] + struct.pack(
            "!HHHHH", flags, 1, 0 if cut else len(what), 0, 0)
            + question[12:] + records)


def resolv_conf(text):
    with open("/etc/resolv.conf", "w") as f:
        f.write(text)


def hosts(text):
    with open("/etc/hosts", "w") as f:
        f.write(text)


def fresh():
    resolv_conf("nameserver 127.0.0.1\n")
    hosts("127.0.0.1 localhost\n")


def reaches(d, name, t):
    with tunnel(d, name, t.port) as s:
        s.sendall(b"x")
        same(read_exactly(s, 1), b"x")


@case
def names_of_either_family_and_of_both_are_reached():
    fresh()
    with Dns({"four.test": {A: ["127.0.0.1"]}, "six.test": {AAAA: ["::1"]},
              "both.test": {A: ["127.0.0.1"], AAAA: ["::1"]}}) as dns:
        with Daemon() as d, Target(echo) as four, Target(echo, "::1") as six:
            reaches(d, "four.test", four)
            reaches(d, "six.test", six)
            reaches(d, "both.test", four)
            reaches(d, "both.test", six)
            reaches(d, "BOTH.Test.", six)
        need(len(dns.asked) >= 6, "asked %r" % dns.asked)


@case
def of_a_list_of_addresses_the_one_that_answers_is_found():
    fresh()
    dead = ["127.0.0.%d" % i for i in range(2, 10)]
    with Dns({"list.test": {A: dead + ["127.0.0.1"], AAAA: ["::1"]}}):
        with Daemon() as d, Target(echo) as t:
            reaches(d, "list.test", t)


@case
def a_program_under_proxychains_leaves_names_to_the_proxy():
    fresh()
    with Dns({"only.test": {A: ["127.0.0.1"]}}), Daemon() as d, \
            Target(echo) as t:
        path = d.path("proxychains.conf")
        with open(path, "w") as f:
            f.write("strict_chain\nquiet_mode\nproxy_dns\n"
                    "remote_dns_subnet 224\n[ProxyList]\n"
                    "socks5 127.0.0.1 %d\n" % d.port)
        done = subprocess.run(
            [tool("proxychains4", "proxychains4"), "-q", "-f", path,
             tool("nc.openbsd", "netcat-openbsd"), "-N", "only.test",
             str(t.port)], input=b"by name", capture_output=True,
            timeout=PATIENCE, env=clean_environment())
        same((done.returncode, done.stdout), (0, b"by name"), done.stderr)
        same(d.wait_access("C")[0][5], "only.test")


@case
def a_name_that_does_not_exist_is_refused_with_04():
    fresh()
    with Dns({}), Daemon("connect-timeout 600") as d:
        same(refusal(tunnel, d, "none.test", 80), 4)


@case
def a_dead_server_holds_nobody_longer_than_connect_timeout():
    fresh()
    with Dns({"dead.test": {A: None, AAAA: None},
              "good.test": {A: ["127.0.0.1"]}}):
        with Daemon("connect-timeout 1") as d, Target(echo) as t:
            waiting = []
            for _ in range(100):
                s = proxy_socket(d)
                s.sendall(b"\5\1\0" + request("dead.test", 80))
                waiting.append(s)
            for _ in range(20):
                reaches(d, "good.test", t)
            for s in waiting:
                with s:
                    same(read_exactly(s, 2), b"\5\0")
                    same(read_reply(s)[0], 4)


@case
def silence_about_ipv6_does_not_hold_ipv4_up():
    fresh()
    with Dns({"half.test": {A: ["127.0.0.1"], AAAA: None}}):
        with Daemon("connect-timeout 2") as d, Target(echo) as t:
            reaches(d, "half.test", t)


@case
def a_second_server_is_asked_when_the_first_is_silent():
    resolv_conf("nameserver 127.0.0.53\nnameserver 127.0.0.1\n")
    with Dns({"second.test": {A: ["127.0.0.1"]}}):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.53", 53))
            with Daemon() as d, Target(echo) as t:
                reaches(d, "second.test", t)


@case
def an_answer_too_long_for_udp_is_fetched_by_tcp():
    fresh()
    many = ["127.0.1.%d" % i for i in range(1, 60)]
    with Dns({"long.test": {A: ["tcp", "127.0.0.1", *many]}}) as dns:
        with Daemon() as d, Target(echo) as t:
            reaches(d, "long.test", t)
        need(("long.test", A, True) in dns.asked, "%r" % dns.asked)


@case
def search_domains_are_tried():
    resolv_conf("nameserver 127.0.0.1\nsearch wrong.test right.test\n")
    with Dns({"host.right.test": {A: ["127.0.0.1"]}}):
        with Daemon() as d, Target(echo) as t:
            reaches(d, "host", t)


@case
def the_hosts_file_comes_before_the_servers():
    fresh()
    hosts("127.0.0.1 localhost\n127.0.0.1 mine.test mine\n::1 mine6.test\n")
    with Dns({"mine.test": {A: ["127.0.0.9"], AAAA: ["::1"]}}) as dns:
        with Daemon() as d, Target(echo) as t, Target(echo, "::1") as t6:
            reaches(d, "mine.test", t)
            reaches(d, "mine", t)
            reaches(d, "mine6.test", t6)
            reaches(d, "localhost", t)
        same(dns.asked, [])


@case
def a_name_is_asked_for_once_until_hup_forgets_it():
    fresh()
    with Dns({"kept.test": {A: ["127.0.0.1"]}}) as dns:
        with Daemon("workers 1") as d, Target(echo) as t:
            reaches(d, "kept.test", t)
            asked = len(dns.asked)
            for name in ("kept.test", "KEPT.test", "kept.test.") * 5:
                reaches(d, name, t)
            same(len(dns.asked), asked)
            need("reloaded" in d.reload(), d.log())
            reaches(d, "kept.test", t)
            same(len(dns.asked), 2 * asked)


@case
def hup_reads_resolv_conf_again():
    fresh()
    with Dns({"here.test": {A: ["127.0.0.1"]}}), \
            Dns({"there.test": {A: ["127.0.0.1"]}}, "127.0.0.2"):
        with Daemon() as d, Target(echo) as t:
            reaches(d, "here.test", t)
            same(refusal(tunnel, d, "there.test", t.port), 4)
            resolv_conf("nameserver 127.0.0.2\n")
            need("reloaded" in d.reload(), d.log())
            reaches(d, "there.test", t)
            same(refusal(tunnel, d, "here.test", t.port), 4)


@case
def the_family_that_prefer_names_is_dialled_first():
    fresh()
    with Dns({"both.test": {A: ["127.0.0.1"], AAAA: ["::1"]}}):
        with listener() as four, socket.socket(socket.AF_INET6) as six:
            port = four.getsockname()[1]
            six.bind(("::1", port))
            six.listen()
            with Daemon("prefer ipv4") as d:
                for prefer, host in (("ipv4", "127.0.0.1"), ("ipv6", "::1"),
                                     ("auto", "::1")):
                    d.configure("prefer " + prefer)
                    need("reloaded" in d.reload(), d.log())
                    s, reply = tunnel_and_reply(d, "both.test", port)
                    s.close()
                    same(reply[1], host)


# ---- a namespace of its own


def inside():
    SIOCSIFFLAGS, IFF_UP = 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        fcntl.ioctl(s, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    for name in ("resolv.conf", "hosts"):
        mine = os.path.join(folder, name)
        open(mine, "w").close()
        subprocess.run(["mount", "--bind", mine, "/etc/" + name], check=True)
    fresh()
    main()


if __name__ == "__main__":
    own_namespaces("--net", "--mount")
    inside()
