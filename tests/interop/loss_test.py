#!/usr/bin/env python3
"""What networks do: datagrams and segments that are lost, doubled in time or
come in another order.

nftables loses them, and sends some through a slow class of a queue (htb), where
others overtake them. Runs itself in a network namespace of its own.
"""

import hashlib
import itertools
import json
import os
import random
import select
import struct
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "e2e"))

from harness import *

PARTS = 4       # fragments of a datagram
SEQUENCES = 400
TARGET = "192.0.2.9"  # what the network does to the client it does not to it


def sh(*commands):
    for command in commands:
        r = subprocess.run(command, shell=True, capture_output=True, text=True)
        same(r.returncode, 0, "%s: %s" % (command, r.stderr))


@contextlib.contextmanager
def network(match, lost_percent, slow_percent):
    """Of the packets that match so many are lost, and so many come late."""
    tool("nft", "nftables")
    tool("tc", "iproute2")
    sh("tc qdisc replace dev lo root handle 1: htb default 10",
       "tc class add dev lo parent 1: classid 1:10 htb rate 10gbit "
       "quantum 60000",
       "tc class add dev lo parent 1: classid 1:20 htb rate 4mbit burst 1600",
       "nft add table inet test",
       "nft 'add chain inet test out { type route hook output priority 0; }'",
       "nft add rule inet test out %s numgen random mod 100 '<' %d "
       "meta priority set 1:20" % (match, slow_percent),
       "nft 'add chain inet test in { type filter hook input priority 0; }'",
       "nft add rule inet test in %s numgen random mod 100 '<' %d counter drop"
       % (match, lost_percent))
    try:
        yield
    finally:
        sh("nft delete table inet test", "tc qdisc del dev lo root")


def lost():
    r = subprocess.run(["nft", "list", "table", "inet", "test"],
                       capture_output=True, text=True, check=True)
    return int(re.search(r"counter packets (\d+)", r.stdout).group(1))


# ---- fragments


def part(sequence, position):
    """Octets that say where they belong, and prove it."""
    head = struct.pack("!IB", sequence, position)
    filling = random.Random(head).randbytes(random.Random(sequence).randrange(
        100, 400))
    return head + filling + hashlib.sha256(head + filling).digest()[:8]


def taken_apart(octets):
    """The parts of a datagram: (sequence, position) of each."""
    found = []
    while octets:
        sequence, position = struct.unpack("!IB", octets[:5])
        own = part(sequence, position)
        same(octets[:len(own)], own, "a fragment of %d" % sequence)
        found.append((sequence, position))
        octets = octets[len(own):]
    return found


@case
def fragments_that_are_lost_or_overtaken_never_make_a_torn_datagram():
    with Daemon() as d, proxy_socket(d) as control, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as target, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        target.bind((TARGET, 0))
        target.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        greet(control)
        control.sendall(request("0.0.0.0", 0, 3))
        rep, *where = read_reply(control)
        same(rep, 0)
        client.connect(tuple(where))
        to = packed_host(TARGET) + struct.pack("!H", target.getsockname()[1])
        whole, mixed, seen = 0, 0, []
        with network("udp dport %d" % where[1], 6, 10):
            for sequence in range(SEQUENCES):
                for position in range(1, PARTS + 1):
                    last = 0x80 if position == PARTS else 0
                    client.send(b"\0\0" + bytes([position | last]) + to
                                + part(sequence, position))
                while select.select([target], [], [], 0.002)[0]:
                    seen.append(target.recv(65536))
            dropped = lost()
        # One that stands alone comes behind all that is still on its way.
        client.send(b"\0\0\0" + to + part(SEQUENCES, 1))
        target.settimeout(PATIENCE)
        while not seen or taken_apart(seen[-1]) != [(SEQUENCES, 1)]:
            seen.append(target.recv(65536))
    for octets in seen[:-1]:
        parts = taken_apart(octets)
        same([p for _, p in parts], list(range(1, PARTS + 1)), "positions")
        # RFC 1928 names no sequence: where one's end and the next one's
        # beginning are lost, nobody can tell that they do not belong together.
        if len({s for s, _ in parts}) == 1:
            whole += 1
        else:
            mixed += 1
    need(dropped > SEQUENCES * PARTS * 0.02, "the network lost %d" % dropped)
    need(whole > SEQUENCES * 0.3, "%d whole of %d" % (whole, SEQUENCES))
    need(whole < SEQUENCES, "nothing was lost")
    need(mixed < whole / 5, "%d mixed, %d whole" % (mixed, whole))


@case
def what_was_lost_and_abandoned_is_counted():
    with Daemon() as d, proxy_socket(d) as control, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as target, \
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        target.bind((TARGET, 0))
        target.settimeout(PATIENCE)
        greet(control)
        control.sendall(request("0.0.0.0", 0, 3))
        _, *where = read_reply(control)
        client.connect(tuple(where))
        to = packed_host(TARGET) + struct.pack("!H", target.getsockname()[1])
        with network("udp dport %d" % where[1], 50, 0):
            for sequence in range(100):
                for position in (1, 0x82):
                    client.send(b"\0\0" + bytes([position]) + to
                                + part(sequence, position & 0x7f))
            dropped = lost()
        client.send(b"\0\0\0" + to + part(1000, 1))
        arrived = 0
        while taken_apart(target.recv(65536)) != [(1000, 1)]:
            arrived += 1
        # Each fragment was lost on the way, part of a whole, or counted.
        done = subprocess.run(
            [program("socks5ctl"), "-s", "unix:" + d.admin, "--json",
             "metrics", "udp_fragments"], capture_output=True, text=True)
        counted = json.loads(done.stdout)["value"]
        same(dropped + 2 * arrived + counted, 200,
             "%d lost, %d arrived, %d counted" % (dropped, arrived, counted))


# ---- segments


@case
def a_tunnel_carries_every_octet_over_a_network_that_loses_and_reorders():
    data = random.Random(5).randbytes(1 << 20)
    with Daemon() as d, Target(echo, TARGET) as t:
        with network("tcp dport { %d, %d }" % (d.port, t.port), 3, 10):
            for turn in itertools.count():  # chance may lose none at first
                with tunnel(d, TARGET, t.port) as s:
                    sender = threading.Thread(target=send_all, args=(s, data))
                    sender.start()
                    back = read_all(s)
                    sender.join()
                same(sum_of(back), sum_of(data))
                if lost() > 0:
                    break
                need(turn < 100, "nothing was lost")


def send_all(s, data):
    s.sendall(data)
    s.shutdown(socket.SHUT_WR)


# ---- a namespace of its own


def inside():
    sh("ip link set lo up", "ip addr add %s/32 dev lo" % TARGET)
    main()


if __name__ == "__main__":
    own_namespaces("--net")
    inside()
