#!/usr/bin/env python3
"""Bulk arrives as it was sent, both ways at once, in every way of moving it and
with every size of buffer. SOCKS5D_TEST_MIB=256 sends that much each way."""

import threading

from harness import *

MIB = 1 << 20
BULK = int(os.environ.get("SOCKS5D_TEST_MIB", "3")) * MIB
SIZES = (50, 1000, 4096, 65536, MIB, 16 * MIB)
WAYS = {
    "copied": ("splice no",),
    "spliced": ("splice yes",),
    # It reads what looks like HTTP to the end of its head, and goes on then.
    "dissected": ("splice yes", "dissector yes"),
}
HEAD = b"POST /bulk HTTP/1.1\r\nHost: example\r\nContent-Length: 1\r\n\r\n"


def blocks(total, seed):
    """So many octets, no two blocks alike, in pieces of uneven lengths."""
    noise = sum_of(seed).encode() * 1024
    yield HEAD
    left, number = total - len(HEAD), 0
    while left > 0:
        number += 1
        block = b"%d" % number + noise[number % 61:number % 61 + 7919 * 7]
        yield block[:left]
        left -= len(block)


def send_all(s, total, seed):
    digest = hashlib.sha256()
    for block in blocks(total, seed):
        digest.update(block)
        s.sendall(block)
    s.shutdown(socket.SHUT_WR)
    return digest.hexdigest()


def receive_all(s):
    digest, total = hashlib.sha256(), 0
    while True:
        data = s.recv(MIB)
        if not data:
            return total, digest.hexdigest()
        digest.update(data)
        total += len(data)


def exchange(s, total, seed):
    """Send and receive at the same time: (sent, received)."""
    sent = []
    sender = threading.Thread(
        target=lambda: sent.append(send_all(s, total, seed)), daemon=True)
    sender.start()
    received = receive_all(s)
    sender.join(PATIENCE)
    return (total, *sent), received


def sums_hold(total, way, size):
    far = []
    done = threading.Event()

    def other_side(s):
        far.extend(exchange(s, total, b"down"))
        done.set()

    with Daemon("buffer-size %d" % size, *WAYS[way]) as d:
        with Target(other_side) as t, tunnel(d, t.host, t.port) as s:
            sent, received = exchange(s, total, b"up")
            need(done.wait(PATIENCE), "the target does not end")
        what = "%s with a buffer of %d" % (way, size)
        same(far[1], sent, "up, " + what)
        same(received, far[0], "down, " + what)


def of_way(way):
    for size in SIZES:
        # Two system calls for each 50 octets take their time.
        sums_hold(max(BULK // 16, MIB // 4) if size < 1000 else BULK, way,
                  size)


@case
def bulk_that_is_copied_arrives_as_it_was_sent():
    of_way("copied")


@case
def bulk_that_is_spliced_arrives_as_it_was_sent():
    of_way("spliced")


@case
def bulk_that_a_dissector_reads_arrives_as_it_was_sent():
    of_way("dissected")


main()
