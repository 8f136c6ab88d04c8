#!/usr/bin/env python3
"""Real transfers with curl: addresses, names, logins, sums of what arrives."""

import hashlib
import http.server
import random
import socket
import subprocess
import threading

from harness import *

MIB = 1 << 20
BIG = 256 * MIB
BLOCK = random.Random(7).randbytes(MIB)


class Handler(http.server.BaseHTTPRequestHandler):
    """GET /N answers N octets; PUT answers the sum of what came."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        left = int(self.path[1:])
        self.send_response(200)
        self.send_header("Content-Length", str(left))
        self.end_headers()
        while left > 0:
            self.wfile.write(BLOCK[:min(left, MIB)])
            left -= MIB

    def do_PUT(self):
        left = int(self.headers["Content-Length"])
        total = hashlib.sha256()
        while left > 0:
            data = self.rfile.read(min(left, MIB))
            if not data:
                return
            total.update(data)
            left -= len(data)
        answer = total.hexdigest().encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class Web:
    def __init__(self, host="127.0.0.1"):
        kind = type("Server", (http.server.ThreadingHTTPServer,),
                    {"address_family": family_of(host),
                     "daemon_threads": True})
        self.server = kind((host, 0), Handler)
        self.port = self.server.server_address[1]
        self.where = "[%s]" % host if ":" in host else host
        threading.Thread(target=self.server.serve_forever, args=(0.01,),
                         daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def url(self, size, host=None):
        return "http://%s:%d/%d" % (host or self.where, self.port, size)


def sum_of_block(size):
    total = hashlib.sha256()
    while size > 0:
        total.update(BLOCK[:min(size, MIB)])
        size -= MIB
    return total.hexdigest()


def curl(*args, feed=None, status=0):
    """What curl writes, as a sum and its length."""
    command = [tool("curl", "curl"), "-q", "-sS", "--max-time", "%d" %
               (PATIENCE * 10), "-H", "Expect:", *args]
    with subprocess.Popen(command, stdout=subprocess.PIPE,
                          stdin=subprocess.PIPE if feed else None,
                          stderr=subprocess.PIPE,
                          env=clean_environment()) as p:
        if feed:
            threading.Thread(target=pour, args=(p.stdin, feed)).start()
        total, length, body = hashlib.sha256(), 0, b""
        while data := p.stdout.read1(MIB):
            total.update(data)
            length += len(data)
            body = data[:200]
        errors = p.stderr.read().decode()
        same(p.wait(), status, "exit status of curl: " + errors)
    return total.hexdigest(), length, body


def pour(pipe, size):
    with pipe:
        while size > 0:
            pipe.write(BLOCK[:min(size, MIB)])
            size -= MIB


def download(d, web, size, *args, host=None, option="--socks5", via=None):
    total, length, _ = curl(option, via or "127.0.0.1:%d" % d.port,
                            web.url(size, host), *args)
    same(length, size, "octets downloaded")
    same(total, sum_of_block(size), "sum of the download")


def upload(d, web, size, *args):
    _, _, body = curl("--socks5", "127.0.0.1:%d" % d.port, "-T", "-",
                      "-H", "Transfer-Encoding:",
                      "-H", "Content-Length: %d" % size, web.url(0), *args,
                      feed=size)
    same(body.decode(), sum_of_block(size), "sum of the upload")


@case
def curl_downloads_by_ipv4_and_by_ipv6():
    with Daemon() as d:
        for host in ("127.0.0.1", "::1"):
            with Web(host) as web:
                download(d, web, 3 * MIB)


@case
def curl_reaches_the_proxy_by_ipv6():
    with Daemon() as d, Web() as web:
        download(d, web, MIB, via="[::1]:%d" % d.ports["::1"])


@case
def curl_leaves_names_to_the_proxy():
    with Daemon() as d, Web() as web:
        download(d, web, MIB, host="localhost", option="--socks5-hostname")
        same(d.wait_access("C")[0][5], "localhost", "target in the log")


@case
def curl_logs_in():
    with Daemon(args=("-u", "alice:se:cret")) as d, Web() as web:
        download(d, web, MIB, "--proxy-user", "alice:se:cret")
        same(d.wait_access("C")[0][1], "alice", "user in the log")


@case
def curl_is_told_that_its_login_is_wrong_or_missing():
    with Daemon(args=("-u", "alice:secret")) as d, Web() as web:
        for login in (("--proxy-user", "alice:wrong"), ()):
            curl("--socks5", "127.0.0.1:%d" % d.port, web.url(1), *login,
                 status=97)


@case
def curl_is_told_that_the_target_refuses():
    with Daemon() as d, refusing() as port:
        curl("--socks5", "127.0.0.1:%d" % d.port,
             "http://127.0.0.1:%d/" % port, status=97)


@case
def downloading_256_mib_by_copying_keeps_every_octet():
    with Daemon("splice no") as d, Web() as web:
        download(d, web, BIG)


@case
def downloading_256_mib_inside_the_kernel_keeps_every_octet():
    with Daemon("splice yes") as d, Web() as web:
        download(d, web, BIG)
        row = d.wait_access("C")[0]
        need(BIG < int(row[9]) < BIG + 1000, "the log says %s" % row[9])


@case
def uploading_256_mib_by_copying_keeps_every_octet():
    with Daemon("splice no") as d, Web() as web:
        upload(d, web, BIG)


@case
def uploading_256_mib_inside_the_kernel_keeps_every_octet():
    with Daemon("splice yes") as d, Web() as web:
        upload(d, web, BIG)
        row = d.wait_access("C")[0]
        need(BIG < int(row[8]) < BIG + 1000, "the log says %s" % row[8])


@case
def the_smallest_and_the_largest_buffer_keep_every_octet():
    for size, octets in (("50", MIB), ("4K", 8 * MIB), ("16M", 64 * MIB)):
        for splice in ("no", "yes"):
            with Daemon("buffer-size " + size, "splice " + splice) as d:
                with Web() as web:
                    download(d, web, octets)
                    upload(d, web, octets)


@case
def many_transfers_at_once_keep_every_octet():
    with Daemon(args=("-u", "alice:secret")) as d, Web() as web:
        failures = []

        def one():
            try:
                download(d, web, 4 * MIB, "--proxy-user", "alice:secret")
            except Failure as f:
                failures.append(f)

        threads = [threading.Thread(target=one) for _ in range(16)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        same(failures, [])


if __name__ == "__main__":
    main()
