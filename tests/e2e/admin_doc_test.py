#!/usr/bin/env python3
"""What docs/admin-protocol.md shows as octets is what a daemon understands."""

from admin_wire import Peer
from harness import *

DOCUMENT = os.path.join(os.environ.get("top_srcdir", "."),
                        "docs/admin-protocol.md")
DONE, MISSING, REFUSED = 0, 3, 4


def octets(text):
    return bytes.fromhex(text.replace("|", " "))


def exchanges():
    """Pairs of request and answer of the part of octets; events have none."""
    with open(DOCUMENT) as f:
        part = f.read().partition("\n## Octets\n")[2]
    found = re.findall(r"^    > (.*(?:\n      \|.*)*)\n"
                       r"    < (.*(?:\n      \|.*)*)\n", part, re.M)
    return [(octets(a), octets(b)) for a, b in found]


def take(p, request, shown):
    """The answer to a request; of what the document shows in the base
    protocol, how long it is."""
    while (got := p.take(2))[0] == 4:
        p.take(int.from_bytes(p.take(4), "big"))  # an event
    same(got, request[:2], "the code is repeated")
    if request[0] >= 2:
        head = p.take(5)
        return head[0], p.take(int.from_bytes(head[1:], "big"))
    if request[:2] == b"\x00\x00":
        count = p.take(1)[0]
        return DONE, [p.take(p.take(1)[0]) for _ in range(count)]
    body = p.take(len(shown) - 2)
    return (body[0] if request[0] == 1 else DONE), body


@case
def every_request_of_the_document_is_understood():
    with Daemon() as d:
        p = Peer("unix:" + d.admin)
        for request, shown in exchanges():
            p.send(request)
            status, body = take(p, request, shown)
            what = "%s: %d %r" % (request.hex(" "), status, body)
            need(status in (DONE, MISSING, REFUSED) if request[0] >= 2
                 else status in (DONE, 1), what)
        p.send(b"\x00\x09")
        same(take(p, b"\x00\x09", bytes(3))[1], b"\x07", "still in step")


@case
def what_is_refused_looks_as_shown():
    with Daemon() as d:
        p = Peer("unix:" + d.admin)
        request, shown = exchanges()[0]
        p.send(request)
        same(p.take(len(shown)).hex(" "), shown.hex(" "))


@case
def every_code_that_the_daemon_knows_is_shown():
    shown = {r[:2] for r, _ in exchanges()}
    with Daemon() as d:
        p = Peer("unix:" + d.admin)
        p.send(b"\x02\x00" + bytes(4))
        _, hello = take(p, b"\x02\x00", b"")
        for type, mask in ((2, hello[-16:-8]), (3, hello[-8:])):
            known = int.from_bytes(mask, "big")
            codes = {bytes([type, n]) for n in range(64) if known >> n & 1}
            same(codes - shown, set())
        for cmd in range(256):
            p.send(bytes([0, cmd]) + (b"\x01x" if cmd == 0x0B else b""))
            if p.take(2)[1] == 0xFF:
                continue
            p = Peer("unix:" + d.admin)
            need(bytes([0, cmd]) in shown or cmd == 0x0A, "00 %02x" % cmd)


def example(*args, stdin=""):
    done = subprocess.run(
        [sys.executable, os.path.join(os.path.dirname(DOCUMENT),
                                      "examples/client.py"), *args],
        input=stdin, text=True, capture_output=True, timeout=PATIENCE)
    return done.returncode, done.stdout.splitlines(), done.stderr


@case
def the_example_client_lists_the_sessions():
    lines = ("admin tcp:127.0.0.1:0",)
    with Daemon(*lines, args=("-a", "root:secret")) as d, Target(echo) as t:
        where = d.wait_log(r" administering on=tcp:(\S+)").group(1)
        sockets = [tunnel(d, t.host, t.port, "root", "secret")
                   for _ in range(300)]  # more than a page
        status, out, err = example(where, "root", stdin="secret\n")
        same((status, err), (0, ""))
        need(re.fullmatch(r"socks5d \S+ on \S+, extension 1", out[0]), out[0])
        same(out[1], "300 sessions in all, 300 now")
        rows = [line.split() for line in out[2:]]
        same(len({row[0] for row in rows}), 300)
        same({(row[1], row[3], row[4]) for row in rows},
             {("root", "relaying", "%s:%d" % (t.host, t.port))})
        for s in sockets:
            s.close()
        same(example(where, "root", stdin="wrong\n"),
             (1, [], "login refused\n"))
    with Daemon() as d:
        same(example(d.admin)[0], 0)


if __name__ == "__main__":
    main()
