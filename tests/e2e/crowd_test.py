#!/usr/bin/env python3
"""Many clients at once, and clients that behave badly beside good ones."""

import contextlib
import resource
import socket
import threading
import time

from harness import *


def raise_descriptors(n):
    """Room for both ends of n tunnels in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    need(hard >= n, "the limit on descriptors is %d: ulimit -Hn %d" % (hard, n))
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, n), hard))


def round_trip(s, data):
    s.sendall(data)
    same(read_exactly(s, len(data)), data, "echo")


def close_all(sockets):
    for s in sockets:
        s.close()


@case
def a_thousand_tunnels_live_side_by_side():
    raise_descriptors(4096)
    with Daemon("max-connections 1100", descriptors=4096) as d, Crowd() as t:
        tunnels = [tunnel(d, t.host, t.port) for _ in range(1000)]
        for turn in range(3):
            for i, s in enumerate(tunnels):
                s.sendall(b"%d of turn %d" % (i, turn))
            for i, s in enumerate(tunnels):
                want = b"%d of turn %d" % (i, turn)
                same(read_exactly(s, len(want)), want)
        with Admin(d.admin) as a:
            same(a.number(2, 2), 1000, "current connections")
            same(a.number(3, 2), 1000, "most connections at once")
            close_all(tunnels)
            wait_for(lambda: a.number(2, 2) == 0, "all sessions to end")
        same(len(d.wait_access("C", 1000)), 1000)


@case
def idle_tunnels_hold_two_descriptors_each():
    raise_descriptors(4096)
    with Daemon("max-connections 1100", descriptors=4096) as d, Crowd() as t:
        before = d.open_descriptors()
        tunnels = [tunnel(d, t.host, t.port) for _ in range(200)]
        for s in tunnels:
            round_trip(s, b"x" * 1000)
        grown = d.open_descriptors() - before
        need(grown <= 2 * 200 + 16, "%d descriptors for 200 tunnels" % grown)
        close_all(tunnels)


@case
def clients_that_stall_or_vanish_cost_others_nothing():
    raise_descriptors(4096)
    with Daemon("handshake-timeout 600", "max-connections 1000",
                args=("-u", "alice:secret"), descriptors=4096) as d:
        with Crowd() as t:
            whole = (b"\5\1\2" + login("alice", "secret")
                     + request(t.host, t.port))
            stalled = []
            for i in range(400):
                s = proxy_socket(d)
                s.sendall(whole[:i % len(whole)])
                stalled.append(s)
            close_all(stalled[::4])
            good = [tunnel(d, t.host, t.port, "alice", "secret")
                    for _ in range(20)]
            for s in good:
                for _ in range(20):
                    round_trip(s, b"y" * 5000)
            close_all(good + stalled)
            with Admin(d.admin) as a:
                wait_for(lambda: a.number(2, 2) == 0, "all sessions to end")


@case
def targets_that_hang_cost_others_nothing():
    raise_descriptors(4096)
    with Daemon("connect-timeout 600", "max-connections 1000",
                descriptors=4096) as d:
        with Crowd() as t, hanging() as port:
            waiting = []
            for _ in range(200):
                s = proxy_socket(d)
                s.sendall(b"\5\1\0" + request("127.0.0.1", port))
                waiting.append(s)
            for _ in range(50):
                with tunnel(d, t.host, t.port) as s:
                    round_trip(s, b"z")
            close_all(waiting)
            with Admin(d.admin) as a:
                wait_for(lambda: a.number(2, 2) == 0, "all sessions to end")


@case
def a_tunnel_that_pours_does_not_starve_the_others():
    with Daemon("workers 1") as d, Crowd() as t:
        def pour(s):
            while True:
                s.sendall(b"p" * 1000000)

        with Target(pour) as flood:
            floods = [tunnel(d, flood.host, flood.port) for _ in range(4)]
            pumps = [threading.Thread(target=drain, args=(s,), daemon=True)
                     for s in floods]
            for p in pumps:
                p.start()
            with tunnel(d, t.host, t.port) as s:
                for _ in range(100):
                    round_trip(s, b"small")
            close_all_hard(floods)
            for p in pumps:
                p.join()


def drain(s):
    with contextlib.suppress(OSError):
        while s.recv(1 << 20):
            pass


def close_all_hard(sockets):
    for s in sockets:
        with contextlib.suppress(OSError):
            s.shutdown(socket.SHUT_RDWR)
        s.close()


@case
def above_max_connections_clients_wait_and_nobody_is_cut():
    with Daemon("max-connections 4") as d, Crowd() as t:
        served = [tunnel(d, t.host, t.port) for _ in range(4)]
        waiting = proxy_socket(d)
        waiting.sendall(b"\5\1\0")
        for _ in range(50):
            for s in served:
                round_trip(s, b"still here")
        waiting.setblocking(False)
        try:
            need(False, "the fifth was served: %r" % waiting.recv(2))
        except BlockingIOError:
            waiting.settimeout(PATIENCE)
        served.pop().close()
        same(read_exactly(waiting, 2), b"\5\0", "its turn")
        close_all(served + [waiting])


@case
def without_descriptors_tunnels_live_and_accepting_resumes():
    with Daemon("max-connections 1000", "workers 1", descriptors=64) as d:
        with Crowd() as t:
            tunnels = []
            waiting = []
            for _ in range(10):
                tunnels.append(tunnel(d, t.host, t.port))
            for _ in range(80):
                s = proxy_socket(d)
                s.sendall(b"\5\1\0")
                waiting.append(s)
            wait_for(lambda: d.open_descriptors() >= 60,
                     "the descriptors to run out")
            start, used = time.monotonic(), d.cpu()
            # A silent socket's time limit is the pause here.
            waiting[-1].settimeout(1)
            try:
                waiting[-1].recv(1)
            except TimeoutError:
                pass
            share = (d.cpu() - used) / (time.monotonic() - start)
            need(share < 0.5, "busy loop: %.0f%% of a core" % (share * 100))
            for s in tunnels:
                round_trip(s, b"alive")
            close_all(waiting)
            with tunnel(d, t.host, t.port) as s:
                round_trip(s, b"again")
            close_all(tunnels)


if __name__ == "__main__":
    main()
