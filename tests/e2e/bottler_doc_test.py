#!/usr/bin/env python3
"""Every exchange that docs/bottler.md shows is what a daemon says."""

from bottler_wire import *

DOCUMENT = os.path.join(os.environ.get("top_srcdir", "."), "docs/bottler.md")


def exchanges():
    with open(DOCUMENT) as f:
        lines = [line.strip() for line in f if re.match(r"    [<>] ", line)]
    same([line[0] for line in lines], ["><"[i % 2] for i in range(len(lines))])
    octets = [bytes.fromhex(line[2:]) for line in lines]
    return list(zip(octets[::2], octets[1::2]))


@case
def every_exchange_of_the_document_is_what_a_daemon_says():
    with Fleet(token=b"SECRET01") as d, d.bottler() as b:
        for request, answer in exchanges():
            b.socket.send(request)
            same(b.socket.recv(65536).hex(" "), answer.hex(" "),
                 "answer to " + request.hex(" "))


@case
def the_document_shows_every_command_and_every_status_but_two():
    all = exchanges()
    same({r[9] for r, a in all if a[1] != 0xFE}, set(range(0x13)))
    same({a[1] for r, a in all}, {0, 1, 2, 3, 4, 5, 0xFE})


if __name__ == "__main__":
    main()
