#!/usr/bin/env python3
"""The daemon's life: options, reload, logs, drain, and death at any moment."""

import contextlib
import json
import os
import pwd
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading

from harness import *


def run(*args):
    """Exit status, standard output and standard error of one short run."""
    with tempfile.TemporaryDirectory() as home:
        r = subprocess.run(
            [program("socks5d"), *args], capture_output=True, text=True,
            timeout=PATIENCE, stdin=subprocess.DEVNULL,
            env=clean_environment(XDG_RUNTIME_DIR=home, XDG_STATE_HOME=home))
    need(not SANITIZER.search(r.stderr), r.stderr)
    return r.returncode, r.stdout, r.stderr


# ---- options


@case
def help_and_version_go_to_standard_output_with_status_0():
    status, out, err = run("-h")
    same((status, err), (0, ""))
    need("socks5d" in out and "-l" in out, out)
    status, out, err = run("-v")
    same((status, err), (0, ""))
    need(re.match(r"socks5d \d+\.\d+", out), out)


@case
def bad_usage_is_told_on_standard_error_with_status_2():
    for args in (("-Z",), ("-p",), ("-p", "70000"), ("-p", "x"), ("-l", "a b"),
                 ("-u", "nopassword"), ("-o", "no-such-key=1"),
                 ("-o", "workers=0"), ("-o", "workers"), ("extra",)):
        status, out, err = run("-f", *args)
        same((status, out), (2, ""), "status and output of %r" % (args,))
        need(err.strip(), "%r says nothing" % (args,))


@case
def more_than_ten_users_are_bad_usage():
    args = []
    for i in range(11):
        args += ["-u", "user%d:x" % i]
    same(run("-f", *args)[0], 2)


@case
def dash_t_checks_a_file_and_tells_what_would_be_right():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.conf")
        for text, status, said in (("workers 2\n# fine\n", 0, ""),
                                   ("workers 0\n", 1, "a.conf:1"),
                                   ("\nbuffer 5\n", 1, "a.conf:2"),
                                   ("buffer-size 49\n", 1, "50"),
                                   ("store sqlite:\n", 1, "sqlite:..."),
                                   ("user no-one-here\n", int(os.geteuid() == 0),
                                    "no-one-here" if os.geteuid() == 0 else ""),
                                   ("bottler-token-file /nonexistent/t\n", 1,
                                    "/nonexistent/t: No such file"),
                                   ("# " + "x" * (1 << 20), 1,
                                    "larger than 1 MiB")):
            with open(path, "w") as f:
                f.write(text)
            got, out, err = run("-t", "-c", path)
            same(got, status, "status for %r: %s" % (text, err))
            need(said in out + err, "%r is not in %r" % (said, out + err))
        same(run("-t", "-c", os.path.join(folder, "none.conf"))[0], 1)


@case
def dash_t_says_whether_sctp_can_be_served_and_what_to_do_if_not():
    status, out, err = run("-t")
    same((status, err), (0, ""))
    first, second = out.splitlines()
    same(first, "configuration ok")
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM,
                           socket.IPPROTO_SCTP) as s:
            s.bind(("127.0.0.1", 0))
            s.listen()
        same(second, "SCTP: this kernel serves it")
    except OSError:
        need(re.match("SCTP: .*(modprobe|install|forbidden|without)", second),
             second)


@case
def an_address_in_use_is_named_and_ends_the_start_with_1():
    with listener() as s, tempfile.TemporaryDirectory() as folder:
        where = "127.0.0.1:%d" % s.getsockname()[1]
        status, _, err = run("-f", "-l", where, "-o", "store=memory:", "-o",
                             "admin=unix:" + os.path.join(folder, "a"),
                             "-o", "user=root")
        same(status, 1, err)
        need(where in err, err)


@case
def passwords_do_not_stay_on_the_command_line():
    with Daemon(args=("-u", "alice:tell-nobody")) as d:
        with open("/proc/%d/cmdline" % d.process.pid, "rb") as f:
            need(b"tell-nobody" not in f.read(), "it can be read there")
        need("tell-nobody" not in d.log(), d.log())


@case
def addresses_and_a_port_on_the_command_line_are_served():
    with Daemon(args=("-l", "127.0.0.1", "-l", "::1", "-p", "0")) as d:
        same(sorted(d.ports), ["127.0.0.1", "::1"])
        with Target(echo) as t:
            for via in d.ports:
                tunnel(d, t.host, t.port, via=via).close()


@case
def without_dash_f_the_start_returns_when_the_daemon_serves():
    with tempfile.TemporaryDirectory() as folder:
        admin = os.path.join(folder, "admin.sock")
        status, out, err = run(
            "-l", "127.0.0.1:0", "-o", "store=memory:", "-o",
            "admin=unix:" + admin, "-o", "access-log=off", "-o", "user=root")
        same((status, out), (0, ""), err)
        with Admin(admin) as a:
            pid = struct.unpack("iii", a.socket.getsockopt(
                socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0]
            try:
                same(a.number(2, 2), 0, "current connections")
                need(os.getsid(pid) != os.getsid(0), "it is in our session")
            finally:
                os.kill(pid, signal.SIGTERM)
            same(a.socket.recv(1), b"", "the end")
        wait_for(lambda: not os.path.exists("/proc/%d/exe" % pid)
                 or not os.path.exists("/proc/%d" % pid), "its end")


@case
def without_dash_f_a_start_that_fails_says_so_and_returns_1():
    with listener() as s, tempfile.TemporaryDirectory() as folder:
        status, _, err = run(
            "-l", "127.0.0.1:%d" % s.getsockname()[1], "-o", "store=memory:",
            "-o", "admin=unix:" + os.path.join(folder, "a"), "-o", "user=root")
        same(status, 1, err)
        need("127.0.0.1" in err, err)


@case
def started_as_root_it_serves_with_the_rights_of_its_user():
    """Started by anybody else it keeps that user's rights."""
    root = os.geteuid() == 0
    with tempfile.TemporaryDirectory(prefix="socks5d-e2e-") as folder:
        os.chmod(folder, 0o777)
        with Daemon("user nobody", folder=folder) as d, Target(echo) as t:
            tunnel(d, t.host, t.port).close()
            with open("/proc/%d/status" % d.process.pid) as f:
                facts = dict(line.split(":", 1) for line in f)
            want = pwd.getpwnam("nobody").pw_uid if root else os.geteuid()
            same(set(map(int, facts["Uid"].split())), {want}, "user ids")
            if root:
                same(int(facts["CapEff"], 16), 0, "capabilities")
                need("0" not in facts["Groups"].split(), facts["Groups"])


@case
def what_root_makes_for_the_daemon_is_the_users_and_can_be_reached():
    """Folders that are missing, parents too, and the Unix socket."""
    root = os.geteuid() == 0
    nobody = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
    with tempfile.TemporaryDirectory(prefix="socks5d-e2e-") as folder:
        os.chmod(folder, 0o755)
        var = os.path.join(folder, "var")
        sock = var + "/run/socks5d/admin.sock"
        with Daemon("user nobody", "access-log -", "admin unix:" + sock,
                    folder=folder, store="sqlite:%s/lib/socks5d/db" % var):
            facts = {path: os.stat(os.path.join(var, path)) for path in (
                "run", "lib", "run/socks5d", "lib/socks5d",
                "run/socks5d/admin.sock", "lib/socks5d/db")}
            same({path: (oct(s.st_mode & 0o777), s.st_uid, s.st_gid)
                  for path, s in facts.items()},
                 {**{p: ("0o755", os.geteuid(), os.getegid())
                     for p in ("run", "lib")},
                  **{p: (mode, nobody.pw_uid, nobody.pw_gid)
                     for p, mode in (("run/socks5d", "0o750"),
                                     ("lib/socks5d", "0o750"),
                                     ("run/socks5d/admin.sock", "0o660"),
                                     ("lib/socks5d/db", "0o600"))}})
            mine = {"user": nobody.pw_uid, "group": nobody.pw_gid,
                    "extra_groups": []} if root else {}
            client = subprocess.run(
                [program("socks5ctl"), "-s", "unix:" + sock, "ping"],
                capture_output=True, text=True, env=clean_environment(),
                timeout=PATIENCE, **mine)
            same((client.returncode, client.stderr), (0, ""))


@case
def what_default_endpoints_lack_is_told_in_one_line_with_what_is_instead():
    """In a network of its own, as a plain user: its own run directory."""
    with tempfile.TemporaryDirectory(prefix="socks5d-e2e-") as folder, \
            Daemon(folder=folder, ready=False, args=("-t",)) as check:
        same(check.wait_end(), 0)
        serves = "this kernel serves it" in check.log()
        check.fixed = [f for f in check.fixed if f.split()[0] != "admin"]
        check.configure()
        check.args = [
            tool("unshare", "util-linux"), "--net", "--map-root-user",
            "sh", "-c", "ip link set lo up && exec unshare --user "
            '--map-user=1000 "$@"', "sh", *check.args[:-1]]
        check.start()
        unix = "unix:%s/socks5d/admin.sock" % folder
        sctp = ["sctp:127.0.0.1:8080", "sctp:[::1]:8080"]
        same(re.findall(r"info main administering on=(\S+)", check.log()),
             [unix, *(sctp if serves else [])])
        same(re.findall(r"warn main (not administering .*)", check.log()),
             [] if serves else ["not administering on=%s: this kernel has no "
                                "SCTP; instead=%s" % (",".join(sctp), unix)])


@case
def sctp_that_nobody_named_is_no_reason_not_to_start():
    with tempfile.TemporaryDirectory(prefix="socks5d-e2e-") as folder:
        unix = os.path.join(folder, "a")
        with Daemon(folder=folder, args=("-L", "unix:" + unix, "-L",
                                         "127.0.0.1", "-P", "0"),
                    environment={"BOTTLER_TOKEN": "a token!"}) as d:
            need(re.search(r"administering on=sctp:127\.0\.0\.1:\d+($|: this "
                           "kernel has no SCTP)", d.log(), re.M), d.log())
            d.wait_log(r"serving Bottler on=udp:127\.0\.0\.1:(?!8080)\d+$")


@case
def a_file_that_only_root_may_read_is_told_at_the_start_and_not_at_hup():
    if os.geteuid() != 0:
        return
    with tempfile.TemporaryDirectory(prefix="socks5d-e2e-") as folder:
        os.chmod(folder, 0o777)
        with Daemon("user nobody", folder=folder) as d:
            need("cannot be read again" not in d.log(), d.log())
            d.signal(signal.SIGTERM)
            same(d.wait_end(), 0)
            os.chmod(d.conf, 0o600)
            d.start()
            d.wait_log(r" warn main configuration cannot be read again path=%s "
                       "user=nobody: HUP will be refused" % d.conf)


@case
def what_stands_in_the_way_of_a_socket_a_log_or_a_store_is_named():
    with tempfile.TemporaryDirectory() as folder:
        here = os.path.join(folder, "file")
        with open(here, "w") as f:
            f.write("precious")
        for line, why in (
                ("admin=unix:" + here, "cannot administer on unix:%s: something "
                 "that is no socket is there" % here),
                ("access-log=" + folder, "access-log: %s: Is a directory" % folder),
                ("store=sqlite:%s/x/db" % here, "store: the folder of %s/x/db "
                 "cannot be made: Not a directory; -o store=... names another place" % here)):
            fixed = [o for key in ("store=memory:", "admin=unix:%s/a" % folder)
                     if key.split("=")[0] != line.split("=")[0]
                     for o in ("-o", key)]
            status, _, err = run("-f", "-p", "0", "-o", "user=root", *fixed,
                                 "-o", line)
            same((status, err.splitlines()[-1]), (1, "socks5d: " + why))
        with open(here) as f:
            same(f.read(), "precious", "it is as it was")


# ---- the access log


STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$"


@case
def every_request_has_a_line_at_the_reply_and_one_at_the_end():
    with Daemon(args=("-u", "alice:secret")) as d, Target(echo) as t:
        s = tunnel(d, "localhost", t.port, "alice", "secret")
        mine = s.getsockname()
        with s:
            s.sendall(b"12345")
            same(read_exactly(s, 5), b"12345")
            same(len(d.wait_access("A")), 1)
            same(d.access_lines("C"), [])
        a, c = d.wait_access("A")[0], d.wait_access("C")[0]
        need(re.match(STAMP, a[0]) and re.match(STAMP, c[0]), a[0])
        common = ["127.0.0.1", str(mine[1]), "localhost", str(t.port), "0"]
        same(a[1:], ["alice", "A", *common])
        same(c[1:10], ["alice", "C", *common, "5", "5"])
        need(c[10].isdigit() and c[11] == "client", "%r" % c)


@case
def a_refused_request_has_one_line_with_its_code():
    with Daemon() as d, refusing("::1") as port:
        same(refusal(tunnel, d, "::1", port, via="::1"), 5)
        row = d.wait_access("A")[0]
        same(row[1:4] + row[5:], ["-", "A", "::1", "::1", str(port), "5"])
        same(d.access_lines("C"), [])


@case
def nobody_can_forge_a_line_or_a_field():
    with Daemon() as d:
        same(refusal(tunnel, d, as_name("a\tb\nc\x1b[1m"), 80), 4)
        row = d.wait_access("A")[0]
        same(len(row), 8, "fields of %r" % row)
        need(re.fullmatch(r"[!-~]+", row[5]), "%r" % row)


@case
def the_access_log_can_be_json():
    with Daemon("access-log-format json") as d, Target(echo) as t:
        tunnel(d, t.host, t.port).close()

        def lines():
            with open(d.access) as f:
                return [json.loads(line) for line in f if line[-1] == "\n"]

        wait_for(lambda: os.path.exists(d.access) and len(lines()) == 2,
                 "two lines")
        for row in lines():
            need("127.0.0.1" in row.values(), "%r" % row)


@case
def a_full_disk_under_the_access_log_stops_nobody():
    with Daemon("access-log /dev/full") as d, Target(echo) as t:
        for _ in range(50):
            tunnel(d, t.host, t.port).close()
        d.configure()
        need("reloaded" in d.reload(), d.log())
        tunnel(d, t.host, t.port).close()
        d.wait_access("C")


@case
def an_access_log_set_at_run_time_keeps_no_daemon_from_starting():
    with tempfile.TemporaryDirectory() as folder:
        gone = os.path.join(folder, "gone")
        os.mkdir(gone)
        with Daemon(store="sqlite:%s/store.db" % folder) as d, \
                Target(echo) as t:
            why = ctl(d, "set", "access-log", folder + "/no/x", want=1)
            need("access-log: %s/no/x: No such file" % folder in why, why)
            ctl(d, "set", "access-log", gone + "/x")
            d.stop()
            shutil.rmtree(gone)
            d.start()
            d.wait_log("cannot open access log path=%s/x " % gone)
            tunnel(d, t.host, t.port).close()
            d.wait_access("C")


@case
def an_access_log_of_the_file_comes_back_when_that_of_run_time_is_unset():
    with tempfile.TemporaryDirectory() as folder:
        with Daemon(store="sqlite:%s/store.db" % folder) as d, \
                Target(echo) as t:
            ctl(d, "set", "access-log", folder + "/other")
            d.stop()
            d.start()
            ctl(d, "unset", "access-log")
            tunnel(d, t.host, t.port).close()
            d.wait_access("C")


@case
def an_access_log_that_nobody_reads_holds_no_session_up():
    """What does not fit is lost, and that is said when it is over."""
    with tempfile.TemporaryDirectory() as folder:
        pipe = os.path.join(folder, "pipe")
        os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        with Daemon("access-log " + pipe, "workers 1") as d:
            with Target(echo) as t, tunnel(d, t.host, t.port) as s:
                # More than the pipe and the ring behind it can hold.
                for _ in range(1500):
                    same(refusal(tunnel, d, as_name("x" * 250 + ".."), 1), 4)
                s.sendall(b"x")
                same(read_exactly(s, 1), b"x")
            os.set_blocking(reader, True)
            got = threading.Thread(target=read_lines, args=(reader,))
            got.start()
            d.wait_log("lines lost log=access lines=[1-9]")
        got.join()
        os.close(reader)


def read_lines(reader):
    with contextlib.suppress(OSError):
        while os.read(reader, 1 << 16):
            pass


@case
def usr1_opens_the_logs_again():
    with Daemon() as d, Target(echo) as t:
        tunnel(d, t.host, t.port).close()
        d.wait_access("C")
        os.rename(d.access, d.access + ".1")
        d.signal(signal.SIGUSR1)
        d.wait_log("logs reopened")
        tunnel(d, t.host, t.port).close()
        d.wait_access("C")
        with open(d.access + ".1") as f:
            same(len(f.readlines()), 2, "lines in the old file")


# ---- reload


@case
def hup_takes_a_changed_file_and_keeps_the_tunnels():
    with Daemon("auth no") as d, Target(echo) as t:
        with tunnel(d, t.host, t.port) as s:
            d.configure("auth yes")
            need("reloaded" in d.reload(), d.log())
            same(refusal(tunnel, d, t.host, t.port), 0xFF)
            s.sendall(b"x")
            same(read_exactly(s, 1), b"x")


@case
def hup_with_a_bad_file_changes_nothing_and_says_why():
    with Daemon("auth no") as d, Target(echo) as t:
        for line in ("workers many", "auth maybe", "no-such-key 1"):
            d.configure("auth yes", line)
            told = d.reload()
            need("reload refused" in told and ".conf:" in told, told)
            tunnel(d, t.host, t.port).close()


@case
def hup_is_not_held_up_by_a_file_that_has_become_a_pipe():
    with Daemon() as d:
        os.unlink(d.conf)
        os.mkfifo(d.conf)
        told = d.reload()
        need("reload refused" in told and "not a plain file" in told, told)


@case
def hup_says_what_needs_a_restart():
    with Daemon() as d, Target(echo) as t:
        d.configure("workers 1")
        d.reload()
        d.wait_log("needs a restart key=workers")
        tunnel(d, t.host, t.port).close()


# ---- the end


@case
def term_refuses_new_clients_and_lets_tunnels_finish():
    d = Daemon(drain=600)
    with d, Target(echo) as t, tunnel(d, t.host, t.port) as s:
        d.signal(signal.SIGTERM)
        d.wait_log("draining")
        wait_for(lambda: refuses(d), "the listener to close")
        s.sendall(b"still here")
        same(read_exactly(s, 10), b"still here")
        s.close()
        same(d.wait_end(), 0, "exit status")
        same(len(d.access_lines("C")), 1)


def refuses(d):
    with socket.socket() as s:
        s.settimeout(PATIENCE)
        return s.connect_ex(("127.0.0.1", d.port)) != 0


@case
def a_second_term_ends_it_at_once():
    with Daemon(drain=600) as d, Target(echo) as t:
        with tunnel(d, t.host, t.port) as s:
            d.signal(signal.SIGTERM)
            d.wait_log("draining")
            d.signal(signal.SIGTERM)
            same(d.wait_end(), 0, "exit status")
            need(is_closed(s) in ("end", "reset"), "the tunnel lives")
        same(d.access_lines("C")[0][11], "shutdown", "WHY in the log")


@case
def int_ends_it_as_term_does():
    with Daemon() as d:
        d.signal(signal.SIGINT)
        same(d.wait_end(), 0, "exit status")
        need(re.search(" main stopped", d.log()), d.log())


@case
def drain_timeout_ends_what_is_left():
    with Daemon(drain=1) as d, Target(echo) as t:
        with tunnel(d, t.host, t.port) as s:
            d.signal(signal.SIGTERM)
            same(d.wait_end(), 0, "exit status")
            need(is_closed(s) in ("end", "reset"), "the tunnel lives")


# ---- accounts that last


@case
def a_change_is_seen_at_once_and_after_a_restart():
    with tempfile.TemporaryDirectory() as folder:
        store = "sqlite:" + os.path.join(folder, "s.db")
        with Daemon(store=store) as d, Target(echo) as t:
            tunnel(d, t.host, t.port).close()
            with Admin(d.admin) as a:
                same(a.add("alice", "secret"), 0)
                same(a.add("alice", "secret"), 1, "added twice")
            same(refusal(tunnel, d, t.host, t.port), 0xFF)
            tunnel(d, t.host, t.port, "alice", "secret").close()
        with Daemon(store=store) as d, Target(echo) as t:
            same(refusal(tunnel, d, t.host, t.port), 0xFF)
            tunnel(d, t.host, t.port, "alice", "secret").close()
            with Admin(d.admin) as a:
                same(a.remove("alice"), 0)
                same(a.remove("alice"), 1, "removed twice")


@case
def a_removed_user_loses_its_tunnels_at_once():
    with Daemon(args=("-u", "bob:builder")) as d, Target(echo) as t:
        with Admin(d.admin) as a:
            same(a.add("alice", "secret"), 0)
            with tunnel(d, t.host, t.port, "alice", "secret") as s:
                with tunnel(d, t.host, t.port, "bob", "builder") as other:
                    same(a.remove("alice"), 0)
                    need(is_closed(s) in ("end", "reset"), "it lives")
                    other.sendall(b"x")
                    same(read_exactly(other, 1), b"x")


@case
def killed_while_accounts_change_it_keeps_every_answered_change():
    seed = random.SystemRandom().randrange(1 << 32)
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        store = "sqlite:" + os.path.join(folder, "s.db")
        kept = set()
        for life in range(3):
            d = Daemon(store=store)
            with d:
                stop_after = chance.randrange(1, 12)
                maybe = change_until_killed(d, life, kept, stop_after)
            with Daemon(store=store) as d, Admin(d.admin) as a:
                users = set(a.users())
                need(kept - maybe <= users, "seed %d, life %d: lost %r" %
                     (seed, life, kept - maybe - users))
                need(users - maybe <= kept, "seed %d, life %d: unasked %r" %
                     (seed, life, users - maybe - kept))
                kept = users


def change_until_killed(d, life, kept, stop_after):
    """Pipelines changes, kills the daemon after some answers; returns the names
    whose last change was not answered."""
    with Admin(d.admin) as a:
        changes = []
        for i in range(20):
            name = "user-%d-%d" % (life, i)
            changes.append((name, True, b"\1\0" + a.text(name)
                            + a.text("pass") + b"\0"))
            if i % 3 == 2:
                gone = "user-%d-%d" % (life, i - 1)
                changes.append((gone, False, b"\1\1" + a.text(gone)))
        a.socket.sendall(b"".join(c[2] for c in changes))
        for name, added, octets in changes[:stop_after]:
            same(read_exactly(a.socket, 3), octets[:2] + b"\0", name)
            (kept.add if added else kept.discard)(name)
        d.kill()
        return {name for name, _, _ in changes[stop_after:]}


@case
def with_too_few_descriptors_it_ends_with_one_line_of_its_own():
    served = False
    for limit in range(3, 49):
        with tempfile.TemporaryDirectory(prefix="socks5d-e2e-") as folder:
            d = Daemon(folder=folder, descriptors=limit, ready=False,
                       store="sqlite:" + os.path.join(folder, "store.db"))
            wait_for(lambda: d.process.poll() is not None or
                     " main started " in d.log(), "it ends or serves")
            if d.process.poll() is None:
                served = True
                d.process.kill()
                d.process.wait()
                continue
            need(not served, "%d are enough, or not" % limit)
            said = d.log().splitlines()
            if "error while loading shared libraries" in said[0]:
                continue  # not yet ours
            same((d.process.returncode, len(said)), (1, 1), (limit, said))
            need(re.match(r"socks5d: .+: Too many open files$", said[0]),
                 (limit, said))
    need(served, "some were enough")


if __name__ == "__main__":
    main()
