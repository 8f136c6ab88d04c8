#!/usr/bin/env python3
"""socks5ctl and socks5tui over kernel SCTP, in User-Mode Linux where the kernel has none."""

import ctypes
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
INSIDE = "--inside"


def outside():
    sys.path.insert(0, os.path.join(HERE, "..", "uml"))
    import sctp_kernel
    build = os.path.abspath(os.environ.get("top_builddir", "."))
    os.environ["top_builddir"] = build
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.exit(sctp_kernel.run(
        [sys.executable, os.path.abspath(__file__), INSIDE, *sys.argv[1:]],
        visible=[os.path.join(HERE, "..", ".."), build],
        preload=os.path.join(build, "tests/uml/xstate.so")))


if INSIDE not in sys.argv:
    outside()
sys.argv.remove(INSIDE)

import console_newcomer_test  # noqa: E402
from harness import *  # noqa: E402
from terminal import *  # noqa: E402

if not os.path.exists("/dev/pts/ptmx"):  # the guest has no terminals yet
    os.makedirs("/dev/pts", exist_ok=True)
    libc = ctypes.CDLL(None, use_errno=True)
    need(libc.mount(b"none", b"/dev/pts", b"devpts", 0,
                    b"ptmxmode=0666,mode=0620") == 0, "no devpts")


class SctpDaemon(Daemon):
    def __init__(self):
        super().__init__("admin sctp:127.0.0.1:0", args=("-a", "root:secret"))
        self.endpoint = self.wait_log(
            r" administering on=(sctp:\S+)").group(1)


def ctl(d, *words, stdin="", password="secret"):
    r = subprocess.run(
        [program("socks5ctl"), "-s", d.endpoint, "-U", "root", *words],
        input=stdin, capture_output=True, text=True,
        env=clean_environment(SOCKS5_PASSWORD=password))
    return r.returncode, r.stdout, r.stderr


@case
def commands_go_out_in_one_flight_over_sctp_and_are_answered_in_order():
    names = ["user000", "user001"]
    with SctpDaemon() as d:
        for name in names:
            same(ctl(d, "user", "add", name, stdin="pw\n"), (0, "", ""))
        lines = ["user show " + name for name in names] * 1000
        status, out, err = ctl(d, "--json", stdin="\n".join(lines))
        same((status, err), (0, ""))
        told = [json.loads(line)["name"] for line in out.splitlines()]
        same(told, names * 1000)


@case
def a_list_of_many_messages_is_whole():
    with SctpDaemon() as d:
        status, out, err = ctl(d, "--json", "get")
        same((status, err), (0, ""))
        keys = [json.loads(line)["key"] for line in out.splitlines()]
        need({"listen", "rule", "user"} <= set(keys), keys)
        need(len(out) > 4096, len(out))  # the largest message


@case
def what_went_wrong_over_sctp_has_its_exit_status():
    with SctpDaemon() as d:
        same(ctl(d, "user", "del", "nobody")[0], 1)
        same(ctl(d, "status", password="wrong")[0], 4)
        d.kill()
        status, out, err = ctl(d, "status")
        same((status, out), (3, ""))
        need(d.endpoint in err, err)


@case
def a_view_is_told_as_json_over_sctp():
    with SctpDaemon() as d:
        r = subprocess.run(
            [program("socks5tui"), "-s", d.endpoint, "-U", "root", "--json",
             "users"], capture_output=True, text=True,
            env=clean_environment(SOCKS5_PASSWORD="secret"))
        same((r.returncode, r.stderr), (0, ""))
        same(json.loads(r.stdout)["name"], "root")


@case
def a_visit_over_sctp_adds_a_user():
    with SctpDaemon() as d:
        p = Pty(d, "-s", d.endpoint, "-U", "root", width=80, height=24,
                SOCKS5_PASSWORD="secret")
        p.wait(b"[UP]")
        os.write(p.fd, b"3")
        p.wait(b"root")
        os.write(p.fd, b"a")
        p.wait(b"Add user")
        os.write(p.fd, b"eve\tcorrect horse\tcorrect horse\x1bOQ")
        p.wait(b'User "eve" added.')
        p.quit()


@case
def a_lost_daemon_is_found_again_over_sctp():
    with SctpDaemon() as d:
        p = Pty(d, "-s", d.endpoint, "-U", "root", width=80, height=24,
                SOCKS5_PASSWORD="secret")
        p.wait(b"[UP]")
        d.kill()
        p.wait(b"LOST")
        d.configure("admin " + d.endpoint)
        d.start()
        p.wait(b"[UP]")
        p.quit()


console_newcomer_test.over("sctp")
main()
