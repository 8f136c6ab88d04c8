#!/usr/bin/env python3
"""Figures for Prometheus: what they say, and what garbage does to them."""

import http.client
import json
import os
import random
import socket

import metrics_text
from harness import *

TOP = os.environ.get("top_srcdir", ".")


class Watched(Daemon):
    """A daemon that serves metrics on a port of its own."""

    def ready(self):
        super().ready()
        self.metrics_port = int(
            re.search(r" serving metrics on=http://127\.0\.0\.1:(\d+)/metrics",
                      self.log()).group(1))

    def ask(self, path, method="GET"):
        c = http.client.HTTPConnection("127.0.0.1", self.metrics_port,
                                       timeout=PATIENCE)
        c.request(method, path)
        r = c.getresponse()
        body = r.read().decode()
        c.close()
        return r.status, body

    def metrics(self):
        status, body = self.ask("/metrics")
        same(status, 200)
        return metrics_text.read(body)

    def figure(self, name, **labels):
        return self.metrics()[0][name, tuple(sorted(labels.items()))]


def watched(*lines, **more):
    return Watched("metrics 127.0.0.1:0", *lines, **more)


@case
def every_line_keeps_to_the_format_and_the_conventions():
    with watched() as d:
        samples, types = d.metrics()
        need(len(types) > 20, "only %d metrics" % len(types))
        for name in types:
            need(name.startswith(("socks5d_", "process_")), name)
        for (name, labels), _ in samples.items():
            need(not {"user", "client", "target"} & dict(labels).keys(), name)
        same(samples["socks5d_workers", ()], 2)
        status, out = subprocess.getstatusoutput(program("socks5d") + " -v")
        same(status, 0)
        version = [dict(labels)["version"] for (name, labels) in samples
                   if name == "socks5d_build_info"]
        same(["socks5d " + v for v in version], [out])


HISTOGRAM = """# HELP a b
# TYPE a histogram
a_bucket{le="1"} 2
a_bucket{le="+Inf"} 3
a_sum 5
a_count 3
"""


@case
def the_strict_reader_refuses_what_is_wrong():
    right = "# HELP a_total b\n# TYPE a_total counter\na_total{x=\"1\"} 2\n"
    same(metrics_text.read(right)[0], {("a_total", (("x", "1"),)): 2})
    same(metrics_text.read(HISTOGRAM)[1], {"a": "histogram"})
    for wrong in (right[:-1], right + right, right.replace("_total", ""),
                  right.replace(" 2", " x"), right.replace(" 2", ""),
                  right.replace("a_total{", "b_total{"),
                  right.replace('"1"', "1"), right.replace(" b", ""),
                  right.replace("counter", "gauge"), right + "\n",
                  right.replace('x="1"', 'x="1",x="2"'),
                  right.replace('x="1"', 'x="1",'), "a_total 1\n",
                  HISTOGRAM.replace("+Inf", "2"), HISTOGRAM[:-1],
                  HISTOGRAM.replace("a_sum 5\n", ""),
                  HISTOGRAM.replace("a_count 3", "a_count 4"),
                  HISTOGRAM.replace('"1"} 2', '"1"} 4'),
                  "# HELP a_total b\n# TYPE a_total counter\n"):
        try:
            metrics_text.read(wrong)
        except metrics_text.Wrong:
            continue
        raise Failure("taken for right: %r" % wrong)


@case
def figures_follow_what_happens():
    with watched(args=("-u", "alice:secret")) as d, Target(echo) as t:
        before = d.metrics()[0]
        with tunnel(d, t.host, t.port, "alice", "secret") as s:
            s.sendall(b"x" * 1000)
            read_exactly(s, 1000)
            now = d.metrics()[0]
            same(now["socks5d_sessions", ()], 1)
            same(now["socks5d_sessions_relaying", ()], 1)
            same(now["socks5d_users_connected", ()], 1)
            same(sum(v for (n, _), v in now.items()
                     if n == "socks5d_worker_sessions"), 1)
        wait_for(lambda: d.figure("socks5d_sessions") == 0, "the end")
        after, types = d.metrics()
        same(after["socks5d_up_bytes_total", ()], 1000)
        same(after["socks5d_down_bytes_total", ()], 1000)
        same(after["socks5d_sessions_peak", ()], 1)
        same(after["socks5d_accounts", ()], 1)
        for key, value in before.items():
            if types.get(key[0], "histogram") in ("counter", "histogram"):
                need(after[key] >= value, "%r went back" % (key,))


@case
def how_long_things_took_is_a_histogram():
    with watched() as d, Target(echo) as t:
        for _ in range(3):
            tunnel(d, t.host, t.port).close()
        samples, types = d.metrics()
        for name in ("connect", "setup"):
            name = "socks5d_%s_seconds" % name
            same(types[name], "histogram")
            same(samples[name + "_count", ()], 3)
            same(samples[name + "_bucket", (("le", "+Inf"),)], 3)
            need(0 < samples[name + "_sum", ()] < 3 * PATIENCE, "the sum")
        setup, connect = (samples["socks5d_%s_seconds_sum" % name, ()]
                          for name in ("setup", "connect"))
        need(connect <= setup, "%r, %r" % (connect, setup))
        for i in "0", "1":
            need(samples["socks5d_worker_cpu_seconds_total",
                         (("worker", i),)] > 0, "CPU of worker " + i)


@case
def process_figures_are_those_of_the_kernel():
    with watched() as d:
        need(1 << 20 < d.figure("process_resident_memory_bytes") < 1 << 32,
             "RSS")
        cpu = d.figure("process_cpu_seconds_total")
        need(0 < cpu <= d.cpu() + 1, "CPU %r" % cpu)
        need(abs(d.figure("process_open_fds") - d.open_descriptors()) <= 2,
             "descriptors")
        need(abs(d.figure("process_start_time_seconds")
                 - os.stat(d.conf).st_mtime) < 60, "start")


@case
def garbage_is_answered_or_cut_off_and_changes_nothing():
    rng = random.Random(5)
    words = [b"GET", b" ", b"/metrics", b"HTTP/1.1", b"\r\n", b"\0", b"\xff",
             b"Host: x", b"Content-Length: 99999999999999999999", b":",
             b"Transfer-Encoding: chunked", b"POST", b"%", b"http://", b"\n",
             b"A" * 3000, b"Expect: 100-continue", b"Connection: keep-alive"]
    with watched() as d:
        fds = d.open_descriptors()
        for _ in range(300):
            with socket.create_connection(("127.0.0.1", d.metrics_port),
                                          PATIENCE) as s:
                data = b"".join(rng.choices(words, k=rng.randrange(1, 12)))
                with contextlib.suppress(OSError):
                    s.sendall(data)
                    s.shutdown(socket.SHUT_WR)
                    read_all(s)
        same(d.ask("/healthz"), (200, "ok\n"))
        d.metrics()
        wait_for(lambda: d.open_descriptors() <= fds, "descriptors back")


@case
def idle_connections_keep_nobody_away():
    with watched() as d, contextlib.ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(socket.create_connection(
                ("127.0.0.1", d.metrics_port), PATIENCE)).sendall(b"GET /m")
        same(d.ask("/healthz"), (200, "ok\n"))
        need(d.open_descriptors() < 120, "%d descriptors" %
             d.open_descriptors())


@case
def readyz_says_that_the_daemon_drains():
    with watched(drain=30) as d, Target(echo) as t:
        same(d.ask("/readyz"), (200, "ok\n"))
        with tunnel(d, t.host, t.port):
            d.signal(signal.SIGTERM)
            d.wait_log(" draining ")
            same(d.ask("/readyz"), (503, "stopping\n"))
            same(d.ask("/healthz"), (200, "ok\n"))
        same(d.wait_end(), 0)


@case
def metrics_are_off_by_default_and_a_taken_port_is_named():
    with Daemon() as d:
        need("serving metrics" not in d.log(), d.log())
    with listener() as taken:
        port = taken.getsockname()[1]
        with tempfile.TemporaryDirectory() as home:
            r = subprocess.run(
                [program("socks5d"), "-f", "-p", "0", "-o", "store=memory:",
                 "-o", "user=root", "-o", "admin=unix:%s/a" % home,
                 "-o", "metrics=127.0.0.1:%d" % port],
                capture_output=True, text=True, timeout=PATIENCE,
                env=clean_environment(XDG_RUNTIME_DIR=home))
        same(r.returncode, 1)
        need("cannot serve metrics on 127.0.0.1:%d: Address already in use" %
             port in r.stderr, r.stderr)


@case
def the_dashboard_asks_only_for_metrics_there_are():
    with open(os.path.join(TOP, "docs/grafana.json")) as f:
        board = json.load(f)
    with watched() as d:
        types = d.metrics()[1]
    asked = [t["expr"] for p in board["panels"] for t in p.get("targets", ())]
    need(len(asked) >= 8, "%d questions" % len(asked))
    for expr in asked:
        names = re.findall(r"\b(?:socks5d|process)_[a-z0-9_]+", expr)
        need(names, "no metric in " + expr)
        for name in names:
            name = re.sub("_(bucket|sum|count)$", "", name)
            need(name in types, "no such metric: " + name)
            need(("rate(" in expr or "increase(" in expr) ==
                 (types[name] != "gauge"), "rate() is for counters: " + expr)


if __name__ == "__main__":
    main()
