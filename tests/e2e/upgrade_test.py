#!/usr/bin/env python3
"""USR2: the next daemon takes over, and no session is lost."""


from admin_wire import Peer
from bottler_wire import Bottler, text
from harness import *
from small_disk import DaemonOn, SmallDisk


def beside(d, *args):
    """Another daemon with the same port, admin socket and store."""
    new = Daemon("listen 127.0.0.1:%d" % d.port, "admin unix:" + d.admin,
                 store=d.store, args=args, ready=False)
    new.admin = d.admin
    return new


class Old(Daemon):
    def __init__(self, *lines, **more):
        self.store = "sqlite:" + os.path.join(tempfile.mkdtemp(
            prefix="socks5d-upgrade-"), "store.db")
        super().__init__("listen 127.0.0.1:0", *lines, store=self.store,
                         **more)

    def __exit__(self, *args):
        super().__exit__(*args)
        shutil.rmtree(os.path.dirname(self.store.partition(":")[2]))

    def hand_over(self):
        self.signal(signal.SIGUSR2)
        self.wait_log(r" main handed over ")


def is_served(d):
    with Target(echo) as t:
        return works(tunnel(d, t.host, t.port, "root", "secret"))


def works(s):
    s.sendall(b"ping")
    return s.recv(4) == b"ping"


@case
def sessions_go_on_while_the_next_daemon_takes_over():
    with Old(drain=600) as d, Target(echo) as t:
        ctl_add(d, "bob")
        first = tunnel(d, t.host, t.port, "bob", "pw")
        d.hand_over()
        need(works(tunnel(d, t.host, t.port, "bob", "pw")),
             "clients are served meanwhile")
        with beside(d, "-r") as new:
            new.ready()
            d.signal(signal.SIGTERM)
            d.wait_log(r" main draining ")
            need(works(first), "the session is still there")
            second = tunnel(new, t.host, t.port, "bob", "pw")
            need(works(second), "clients come to the new one")
            same(ctl_user(new, "bob")["opened"], 2,
                 "of the first daemon, and of the new one")
            same(d.process.poll(), None)
            first.close()
            same(d.wait_end(), 0)
            need(works(second), "the old one took nothing with it")
            ctl(new, "status")
            second.close()


@case
def the_next_daemon_waits_for_the_store():
    with Old() as d:
        d.signal(signal.SIGUSR2)
        with beside(d, "-r") as new:
            new.ready()
            need(" main handed over " in d.log(), d.log())
            need(is_served(new), "clients are served")


@case
def who_is_connected_may_look_but_not_change():
    with Old() as d:
        p = Peer("unix:" + d.admin)
        d.hand_over()
        p.send(b"\x00\x09")
        same(p.take(3), b"\x00\x09\x07")
        p.send(b"\x01\x00\x03bob\x02pw\x00")
        same(p.take(3), b"\x01\x00\xff", "refused")
        d.wait_log(r"change refused .*handed over")
        ctl(d, "status", want=3)  # nobody listens
        d.signal(signal.SIGUSR2)
        d.wait_log(r" main handed over already ")
        p.send(b"\x00\x09")
        same(p.take(3), b"\x00\x09\x07", "a second one changes nothing")


@case
def a_change_that_comes_too_late_is_told_whom_to_ask():
    bob = text("bob") + text("pw") + b"\0"
    with Old() as d, Peer("unix:" + d.admin) as p:
        d.signal(signal.SIGUSR2)
        d.wait_log(r" main handing over\b")
        for why in ("is handing over: ask the next one, once it serves",
                    "has handed over: connect again, to the new one"):
            same(p.extended(0x0300, bob), (1, text("this daemon " + why)))
            d.wait_log(r" main handed over ")


@case
def a_second_usr2_while_one_is_under_way_costs_no_totals():
    with Old(drain=600) as d, Target(echo) as t:
        ctl_add(d, "bob")
        with tunnel(d, t.host, t.port, "bob", "pw") as s:
            need(works(s), "served")
            d.signal(signal.SIGUSR2)
            d.wait_log(r" main handing over\b")
            d.signal(signal.SIGUSR2)
            d.wait_log(r" main handing over already ")
            d.wait_log(r" main handed over ")
            with beside(d, "-r") as new:
                new.ready()
                row = ctl_user(new, "bob")
                same((row["opened"], row["up"], row["down"]), (1, 4, 4))


@case
def bottler_and_metrics_are_given_up_too():
    with tempfile.NamedTemporaryFile() as token:
        token.write(b"SECRET01")
        token.flush()
        with Old("metrics 127.0.0.1:0", "bottler 127.0.0.1:0",
                 "bottler-token-file " + token.name,
                 args=("-a", "root:secret")) as d:
            metrics = int(d.wait_log(
                r"metrics on=http://127.0.0.1:(\d+)").group(1))
            port = int(d.wait_log(r" Bottler on=udp:127.0.0.1:(\d+)").group(1))
            visitor = socket.create_connection(("127.0.0.1", metrics))
            visitor.sendall(b"GET /metr")
            b = Bottler(port, token=b"SECRET01")
            same(b.ask(0x10), (0, b"\x01"))
            b.send(0x0A, text("bob") + text("pw"))  # under way
            d.hand_over()
            same(visitor.recv(10), b"")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                s.bind(("127.0.0.1", port))
            with socket.socket() as s:
                s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                s.bind(("127.0.0.1", metrics))
            need(is_served(d), "clients are served")


@case
def what_was_answered_before_is_in_the_store():
    with Old() as d:
        p = Peer("unix:" + d.admin)
        for i in range(30):
            p.send(b"\x01\x00\x03u%02d\x02pw\x00" % i)
        d.hand_over()
        kept = sum(p.take(3) == b"\x01\x00\x00" for _ in range(30))
        with beside(d, "-r") as new:
            new.ready()
            same(len(ctl_rows(new, "user", "list")), kept)


@case
def nobody_starts_beside_by_mistake():
    with Old() as d:
        for args, why in (((), "cannot listen on"),
                          (("-r",), "told to hand over (USR2, then start with -r)"),
                          (("-r", "-o", "admin=unix:%s.2" % d.admin),
                           "is in use by another socks5d")):
            new = beside(d, *args)
            same(new.process.wait(PATIENCE), 1)
            need(why in new.log(), new.log())
            shutil.rmtree(new.folder)


@contextlib.contextmanager
def full(drain=0):
    """A daemon on a full disk that cannot write down what alice has used."""
    with SmallDisk() as disk, Target(echo) as t:
        with DaemonOn(disk, "listen 127.0.0.1:0", drain=drain) as d:
            ctl_add(d, "alice")
            disk.fill()
            with tunnel(d, t.host, t.port, "alice", "pw") as s:
                s.sendall(b"x" * 1000)
                same(len(read_exactly(s, 1000)), 1000)
                d.wait_log(r" error store totals not kept, trying again ")
                yield disk, d


def kept(d):
    row = ctl_user(d, "alice")
    return row["opened"], row["up"], row["down"]


@case
def what_a_full_disk_refuses_is_kept_before_the_store_is_handed_over():
    with full(drain=600) as (disk, d):
        d.signal(signal.SIGUSR2)
        d.wait_log(r" warn main not handed over yet ")
        need(" main handed over " not in d.log(), d.log())
        disk.free()
        d.wait_log(r" main handed over ")
        d.wait_log("totals are kept again")
        with DaemonOn(disk, "listen 127.0.0.1:%d" % d.port,
                      "admin unix:" + d.admin, args=("-r",), ready=False) as new:
            new.admin = d.admin
            new.ready()
            same(kept(new), (1, 1000, 1000))


@case
def another_usr2_hands_over_all_the_same_and_says_what_is_lost():
    with full() as (disk, d):
        d.signal(signal.SIGUSR2)
        d.wait_log(r" warn main not handed over yet ")
        d.signal(signal.SIGUSR2)
        d.wait_log(r" warn store not kept accounts=1 findings=0")
        d.wait_log(r" main handed over ")
        disk.free()
        with DaemonOn(disk) as new:
            same(kept(new), (0, 0, 0))


@case
def what_was_not_kept_is_told_at_the_end():
    with full() as (_, d):
        d.signal(signal.SIGTERM)
        same(d.wait_end(), 0)
        need(" warn store not kept accounts=1 findings=0; totals since the "
             "store refused them" in d.log(), d.log())
    with Old() as d, Target(echo) as t:
        ctl_add(d, "bob")
        d.hand_over()
        need(works(tunnel(d, t.host, t.port, "bob", "pw")), "served")
        d.signal(signal.SIGTERM)
        same(d.wait_end(), 0)
        need(" warn store not kept accounts=1 findings=0; totals since the "
             "store was handed over" in d.log(), d.log())


if __name__ == "__main__":
    main()
