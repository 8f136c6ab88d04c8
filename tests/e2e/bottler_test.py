#!/usr/bin/env python3
"""Bottler over UDP against a real daemon: every command and every refusal."""

import time

from bottler_wire import *


def can_log_in(d, user, password):
    try:
        with proxy_socket(d) as s:
            greet(s, user, password)
        return True
    except (Refused, Failure, OSError):
        return False


@case
def metrics_count_sessions_and_octets():
    with Fleet() as d, d.bottler() as b, Target(echo) as t:
        data = b.get(0x00)
        same(len(data), 4 + 4 + 8 + 4 + 4, "octets of the metrics")
        same(data, bytes(24))
        with tunnel(d, t.host, t.port) as s:
            s.sendall(b"x" * 1000)
            read_exactly(s, 1000)
            # The last octets arrive a moment before they are counted.
            total, now, octets, peak, users = wait_for(
                lambda: (lambda row: row if row[2] >= 4000 else None)(
                    struct.unpack("!IIQII", b.get(0x00))), "4,000 octets")
            same((total, now, peak, users), (1, 1, 1, 0))


@case
def buffer_size_is_got_and_set():
    with Fleet() as d, d.bottler() as b:
        same(b.number(0x01), 65536)
        same(b.ask(0x02, u32(4096)), (OK, b""))
        same(b.number(0x01), 4096)
        for wrong in (0, 49, (16 << 20) + 1, 0xffffffff):
            same(b.ask(0x02, u32(wrong)), (PARAMETER, b""))
        same(b.number(0x01), 4096)
        d.wait_log(r'setting changed by=bottler:127\.0\.0\.1:\d+ '
                   r'key=buffer-size before="65536" after="4096"')


@case
def timeout_is_the_connection_timeout():
    with Fleet() as d, d.bottler() as b:
        same(b.get(0x03), u32(255))
        for value in (1, 255, 17):
            same(b.ask(0x04, u32(value)), (OK, b""))
            same(b.number(0x03), value)
        for wrong in (0, 256, 0xffffffff):
            same(b.ask(0x04, u32(wrong)), (PARAMETER, b""))
        same(b.number(0x03), 17)


@case
def of_no_accounts_there_is_no_page():
    with Fleet() as d, d.bottler() as b:
        same(b.get(0x05), b"\0")
        same(b.get(0x06), b"\0")
        same(b.get(0x06, b"\1"), b"\0")
        same(b.ask(0x06, b"\2"), (PARAMETER, b""))


@case
def an_account_lives_through_add_login_rename_password_delete():
    with Fleet() as d, d.bottler() as b:
        same(b.ask(0x0A, text("bob") + text("first")), (OK, b""))
        same(b.names(), ["bob"])
        need(can_log_in(d, "bob", "first"), "bob can log in")
        same(b.ask(0x0A, text("bob") + text("other")), (EXISTS, b""))
        same(b.ask(0x08, text("bob") + text("carl")), (OK, b""))
        same(b.ask(0x08, text("bob") + text("dora")), (NO_USER, b""))
        same(b.ask(0x09, text("bob") + text("x")), (NO_USER, b""))
        same(b.ask(0x09, text("carl") + text("second")), (OK, b""))
        need(not can_log_in(d, "carl", "first"), "the old password is void")
        need(can_log_in(d, "carl", "second"), "the new password is good")
        same(b.ask(0x0A, text("dora") + text("x")), (OK, b""))
        same(b.ask(0x08, text("carl") + text("dora")), (EXISTS, b""))
        same(b.ask(0x0B, text("carl")), (OK, b""))
        same(b.ask(0x0B, text("carl\0")), (PARAMETER, b""))
        same(b.ask(0x0B, text("nobody")), (NO_USER, b""))
        same(b.names(), ["dora"])
        for secret in ("first", "second", TOKEN.decode("latin1")):
            need(secret not in d.log(), "a secret is in the log")


@case
def what_was_done_over_bottler_can_be_taken_back():
    with Fleet() as d, d.bottler() as b:
        same(b.ask(0x0A, text("bob") + text("first")), (OK, b""))
        same(b.ask(0x09, text("bob") + text("second")), (OK, b""))
        same(b.ask(0x0B, text("bob")), (OK, b""))
        need(not can_log_in(d, "bob", "second"), "bob is gone")
        ctl_rows(d, "user", "restore", "bob")
        need(can_log_in(d, "bob", "second"), "bob is back")
        ctl_rows(d, "user", "restore", "bob")
        need(can_log_in(d, "bob", "first"), "and has its first password")


@case
def names_and_passwords_that_can_never_be_right_are_parameters():
    with Fleet() as d, d.bottler() as b:
        for cmd, parameters in (
                (0x0A, text("") + text("x")), (0x0A, text("x") + text("")),
                (0x0A, text("a\nb") + text("x")),
                (0x0A, text(b"\xff") + text("x")), (0x0A, text("x")),
                (0x0B, text("")), (0x08, text("x") + text("")),
                (0x08, text("") + text("x")), (0x09, text("x") + text("")),
                (0x07, text("")), (0x07, b""), (0x0B, b"\5abc")):
            same(b.ask(cmd, parameters), (PARAMETER, b""),
                 "%02x %r" % (cmd, parameters))


@case
def last_connection_is_0_until_there_is_one():
    with Fleet(args=("-u", "alice:secret")) as d, d.bottler() as b, \
            Target(echo) as t:
        same(b.get(0x07, text("alice")), bytes(8))
        same(b.ask(0x07, text("bob")), (NO_USER, b""))
        before = int(time.time())
        tunnel(d, t.host, t.port, "alice", "secret").close()
        last = wait_for(lambda: b.number(0x07, text("alice")), "a connection")
        need(before <= last <= time.time(), "at %d" % last)


@case
def dissector_is_switched():
    with Fleet() as d, d.bottler() as b:
        for value in (1, 1, 0, 1):
            same(b.ask(0x0D, bytes([value])), (OK, b""))
            same(b.get(0x0C), bytes([value]))
        same(b.ask(0x0D, b"\2"), (PARAMETER, b""))


@case
def authentication_never_fails_open():
    with Fleet() as d, d.bottler() as b, Target(echo) as t:
        same(b.get(0x0E), b"\0")
        tunnel(d, t.host, t.port).close()
        same(b.ask(0x0A, text("bob") + text("x")), (OK, b""))
        same(b.get(0x0E), b"\1")
        same(refusal(tunnel, d, t.host, t.port), 0xFF)
        same(b.ask(0x0F, b"\0"), (OK, b""))
        same(b.get(0x0E), b"\0")
        tunnel(d, t.host, t.port).close()
        same(b.ask(0x0F, b"\1"), (OK, b""))
        same(b.ask(0x0B, text("bob")), (OK, b""))
        same(b.get(0x0E), b"\1")
        same(refusal(tunnel, d, t.host, t.port), 0xFF)
        same(b.ask(0x0F, b"\2"), (PARAMETER, b""))


@case
def stop_closes_the_listeners_and_tunnels_go_on():
    with Fleet() as d, d.bottler() as b, Target(echo) as t:
        same(b.get(0x10), b"\1")
        with tunnel(d, t.host, t.port) as s:
            same(b.ask(0x11, b"\0"), (OK, b""))
            same(b.get(0x10), b"\0")
            try:
                socket.create_connection(("127.0.0.1", d.port)).close()
                raise Failure("the listener is still there")
            except ConnectionRefusedError:
                pass
            s.sendall(b"still")
            same(read_exactly(s, 5), b"still")
            with Admin(d.admin):
                pass
            same(b.ask(0x11, b"\1"), (OK, b""))
            same(b.get(0x10), b"\1")
            tunnel(d, t.host, t.port).close()
        same(b.ask(0x11, b"\2"), (PARAMETER, b""))
        d.wait_log(r"proxy stopped by=bottler:127\S+ running=no")


@case
def reset_closes_sessions_opens_listeners_and_zeroes_the_figures():
    with Fleet() as d, d.bottler() as b, Target(echo) as t:
        same(b.ask(0x0A, text("bob") + text("x")), (OK, b""))
        same(b.ask(0x04, u32(99)), (OK, b""))
        with tunnel(d, t.host, t.port, "bob", "x") as s:
            s.sendall(b"x")
            read_exactly(s, 1)
            same(b.ask(0x11, b"\0"), (OK, b""))
            same(b.ask(0x12), (OK, b""))
            need(is_closed(s) in ("end", "reset"), "the session is closed")
        wait_for(lambda: b.get(0x00) == bytes(24), "zeroes")
        same(b.get(0x10), b"\1")
        same((b.names(), b.number(0x03)), (["bob"], 99))
        tunnel(d, t.host, t.port, "bob", "x").close()
        wait_for(lambda: struct.unpack("!I", b.get(0x00)[:4])[0] == 1,
                 "one session since")


@case
def every_prefix_of_every_request_is_refused_or_unanswered():
    samples = {0x02: u32(5000), 0x04: u32(50), 0x07: text("bob"),
               0x08: text("bob") + text("carl"),
               0x09: text("bob") + text("y"), 0x0A: text("new") + text("y"),
               0x0B: text("bob"), 0x0D: b"\1", 0x0F: b"\1", 0x11: b"\1"}
    with Fleet() as d, d.bottler() as b:
        same(b.ask(0x0A, text("bob") + text("x")), (OK, b""))
        for cmd, parameters in samples.items():
            for n in range(len(parameters)):
                same(b.ask(cmd, parameters[:n]), (PARAMETER, b""))
        for n in range(10):
            b.socket.send(b.request(0x00)[:n])
        need(b.is_silent(), "less than a head is answered")
        same(b.names(), ["bob"])


@case
def trailing_zeros_are_tolerated_and_nothing_else():
    with Fleet() as d, d.bottler() as b:
        for cmd, parameters in ((0x00, b""), (0x03, b""), (0x04, u32(9)),
                                (0x0A, text("bob") + text("x")),
                                (0x07, text("bob")), (0x06, b"\1")):
            most = 255 - len(parameters)
            for n in (1, 2, most):
                same(b.ask(cmd, parameters + bytes(n))[0],
                     EXISTS if cmd == 0x0A and n > 1 else OK)
            same(b.ask(cmd, parameters + b"\0\1"), (PARAMETER, b""))
            same(b.ask(cmd, parameters + bytes(most + 1)), (PARAMETER, b""))
            same(b.ask(cmd, parameters + bytes(5000)), (PARAMETER, b""))


@case
def version_token_and_command_are_checked_in_that_order():
    with Fleet() as d, d.bottler() as b:
        for version in (0, 2, 5, 255):
            same(b.ask(0x00, version=version), (VERSION, b""))
            same(b.ask(0x00, version=version, token=bytes(8)), (VERSION, b""))
        same(b.ask(0xEE, token=bytes(8)), (WRONG_TOKEN, b""))
        for cmd in range(0x13, 256):
            same(b.ask(cmd, b"xyz"), (UNKNOWN, b""))
        d.wait_log(r"wrong token from=127\.0\.0\.1:\d+")


@case
def a_datagram_that_comes_again_gets_the_same_answer():
    with Fleet() as d, d.bottler() as b, d.bottler() as other:
        add = b.request(0x0A, text("bob") + text("x"))
        for _ in range(3):
            b.socket.send(add)
        for _ in range(3):
            same(b.ask(0x0A, text("bob") + text("x")), (OK, b""))
        # Of the first three one was answered when done, the others if they
        # came later; another source is another request.
        same(other.ask(0x0A, text("bob") + text("x")), (EXISTS, b""))
        d.wait_log("account added")
        same(len(re.findall("account added", d.log())), 1, "times added")


@case
def what_changed_meanwhile_is_done_anew():
    with Fleet() as d, d.bottler() as b:
        for _ in range(3):
            same(b.ask(0x0A, text("bob") + text("x")), (OK, b""))
            same(b.names(), ["bob"])
            same(b.ask(0x0B, text("bob")), (OK, b""))
            same(b.names(), [])
        for value in (5, 6, 5, 6):
            same(b.ask(0x04, u32(value)), (OK, b""))
            same(b.number(0x03), value)


@case
def pages_hold_every_name_once_in_order_and_fit():
    names = sorted(["%s%d" % (c * 120, i) for c in "abc" for i in range(9)]
                   + ["x%d" % i for i in range(20)] + ["é" * 127])
    with Fleet() as d, d.bottler() as b, Admin(d.admin) as admin:
        for name in names:
            same(b.ask(0x0A, text(name) + text("p"))[0]
                 if len(name.encode()) < 252 else OK, OK)
        with d.bottler() as c:
            want = sorted((n for n in names if len(n.encode()) < 252),
                          key=str.encode)
            same(c.names(), want)
            pages = c.number(0x05)
            need(pages >= 3, "%d pages" % pages)
            same(c.get(0x06), c.get(0x06, b"\1"))
            same(c.ask(0x06, b"\0"), (PARAMETER, b""))
            same(c.ask(0x06, bytes([pages + 1])), (PARAMETER, b""))
            same(c.ask(0x06, b"\xff"), (PARAMETER, b""))


@case
def readonly_refuses_every_change_and_no_query():
    with Fleet("bottler-readonly yes", args=("-u", "bob:x")) as d, \
            d.bottler() as b:
        for cmd, parameters in (
                (0x02, u32(5000)), (0x04, u32(5)),
                (0x08, text("bob") + text("c")),
                (0x09, text("bob") + text("y")),
                (0x0A, text("new") + text("y")), (0x0B, text("bob")),
                (0x0D, b"\1"), (0x0F, b"\0"), (0x11, b"\0"), (0x12, b"")):
            same(b.ask(cmd, parameters), (REFUSED, b""), "%02x" % cmd)
        for cmd, parameters in ((0, b""), (1, b""), (3, b""), (5, b""),
                                (6, b""), (7, text("bob")), (0xC, b""),
                                (0xE, b""), (0x10, b"")):
            b.get(cmd, parameters)
        same(b.names(), ["bob"])
        d.wait_log("bottler change refused by=bottler:127.* bottler-readonly")
        d.configure("bottler-readonly no", *(
            line for line in open(d.conf).read().splitlines()
            if line.startswith("bottler") and "readonly" not in line))
        need("reloaded" in d.reload(), "reload")
        same(b.ask(0x04, u32(5)), (OK, b""))


@case
def wrong_tokens_are_slowed_down_and_other_sources_are_not():
    with Fleet() as d, d.bottler(source="127.0.0.2") as bad, \
            d.bottler(source="127.0.0.3") as good:
        for _ in range(10):
            same(bad.ask(0x03, token=bytes(8)), (WRONG_TOKEN, b""))
        # The bucket is empty: whatever comes next waits.
        bad.send(0x03)
        for _ in range(50):
            same(good.number(0x03), 255)
        bad.socket.setblocking(False)
        try:
            raise Failure("answered at once: %r" % bad.socket.recv(100))
        except BlockingIOError:
            pass
        bad.socket.settimeout(PATIENCE)
        same(bad.receive()[0], OK)


@case
def a_flood_of_wrong_tokens_does_not_flood_the_log():
    count = 500
    with Fleet() as d:
        for i in range(count):
            with d.bottler(source="127.1.%d.%d" % (i // 200, 1 + i % 200),
                           token=bytes(8)) as b:
                same(b.ask(0x03), (WRONG_TOKEN, b""))

        def told():
            own = len(re.findall(r" bottler wrong token from=", d.log()))
            more = re.findall(r" bottler more wrong tokens count=(\d+)", d.log())
            return own, sum(map(int, more))
        wait_for(lambda: sum(told()) == count, "a line about each: %r" %
                 (told(),))
        need(told()[1] > 0, told())


@case
def without_a_token_the_port_stays_closed():
    with Daemon() as d:
        d.wait_log("main not serving Bottler it has no token")
    with tempfile.TemporaryDirectory() as home:
        for token in (b"", b"short", b"123456789", b"x" * 16, b"0" * 15,
                      b"0" * 17, b"0" * 32):
            path = os.path.join(home, "token")
            with open(path, "wb") as f:
                f.write(token)
            r = subprocess.run(
                [program("socks5d"), "-f", "-p", "0", "-o", "store=memory:",
                 "-o", "user=root", "-o", "admin=unix:%s/a" % home,
                 "-o", "bottler=127.0.0.1:0",
                 "-o", "bottler-token-file=" + path],
                capture_output=True, text=True, timeout=PATIENCE,
                env=clean_environment(XDG_RUNTIME_DIR=home))
            same(r.returncode, 1, "status with token %r" % token)
            need(path in r.stderr and "16 hex digits" in r.stderr, r.stderr)


@case
def the_token_may_be_hex_and_come_from_the_environment():
    for token, raw in ((b"0123456789abcDEF\n",
                        bytes.fromhex("0123456789abcdef")),
                       (b"12345678", b"12345678"),
                       (b"12345678\n", b"12345678")):
        with Fleet(token=token) as d, d.bottler(token=raw) as b:
            same(b.number(0x03), 255)
    os.environ["BOTTLER_TOKEN"] = "ffffffffffffffff"
    try:
        with Daemon("bottler 127.0.0.1:0") as d:
            port = int(d.wait_log(r"serving Bottler on=udp:\S+:(\d+)")[1])
            with Bottler(port, token=b"\xff" * 8) as b:
                same(b.number(0x03), 255)
    finally:
        del os.environ["BOTTLER_TOKEN"]


@case
def ipv6_works_and_beyond_loopback_the_log_warns():
    with Fleet(where="[::1]:0") as d, d.bottler(host="::1") as b:
        same(b.number(0x03), 255)
        need("token crosses the wire" not in d.log(), d.log())
    with Fleet(where="0.0.0.0:0") as d, d.bottler() as b:
        same(b.number(0x03), 255)
        d.wait_log("token crosses the wire")


@case
def changes_survive_kill_as_soon_as_they_are_answered():
    with Fleet(store="sqlite:accounts.db") as d:
        d.fixed = [f.replace("sqlite:", "sqlite:" + d.folder + "/")
                   if "sqlite:acc" in f else f for f in d.fixed]
        with d.bottler() as b:
            for i in range(5):
                same(b.ask(0x0A, text("u%d" % i) + text("x")), (OK, b""))
            same(b.ask(0x04, u32(42)), (OK, b""))
        d.kill()
        d.start()
        with d.bottler() as b:
            same(b.names(), ["u%d" % i for i in range(5)])
            same(b.number(0x03), 42)


@case
def what_one_protocol_changes_the_other_shows():
    with Fleet() as d, d.bottler() as b, Admin(d.admin) as admin:
        same(b.ask(0x0A, text("bob") + text("x")), (OK, b""))
        admin.socket.sendall(b"\0\0")
        same(read_exactly(admin.socket, 7), b"\0\0\1\3bob")
        admin.socket.sendall(b"\1\6\x11")
        same(read_exactly(admin.socket, 3), b"\1\6\0")
        same(b.number(0x03), 17)


@case
def many_changes_at_once_are_done_or_refused_and_nothing_is_held_up():
    with Fleet() as d, d.bottler() as b, d.bottler() as other:
        for i in range(200):
            b.send(0x0A, text("u%d" % i) + text("x"))
        same(other.number(0x03), 255)
        done = [b.receive()[0] for _ in range(200)]
        need(set(done) <= {OK, REFUSED} and OK in done, "%r" % set(done))
        same(len(other.names()), done.count(OK))


@case
def garbage_is_unanswered_or_refused():
    import random
    rng = random.Random(11)
    with Fleet() as d, d.bottler() as b:
        for _ in range(2000):
            cmd = rng.randrange(0x14)
            if cmd in (0x0F, 0x11, 0x12):
                continue
            b.send(cmd, rng.randbytes(rng.randrange(20)))
            b.receive()
        same(b.ask(0xFF), (UNKNOWN, b""))


if __name__ == "__main__":
    main()
