#!/usr/bin/env python3
"""What the dissector finds between real clients and real servers: dovecot,
postfix, vsftpd and nginx, each login right and wrong, in clear and behind TLS.

In namespaces of its own: ports are nobody else's, users of the system and PAM's
rules are its own, and the servers end with the test, whatever happens.
"""

import atexit
import ftplib
import http.client
import imaplib
import json
import os
import poplib
import smtplib
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "e2e"))

from harness import *

SECRET, WRONG = "secret-pa55", "wrong-pa55word-far"
MASKS = {SECRET: "s******", WRONG: "w*********"}
NOBODY = 65534


# ---- the servers


class Servers:
    """They know bob, and nobody else."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="socks5d-servers-")
        os.chmod(self.folder, 0o755)
        self.running = []
        self.certificate()
        self.dovecot()
        self.postfix()
        self.vsftpd()
        self.nginx()
        for port in (110, 143, 25, 21, 80):
            wait_for(lambda port=port: self.answers(port),
                     "port %d\n%s" % (port, self.logs()))

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, text, mode=0o644):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)
        os.chmod(path, mode)
        return path

    def start(self, name, *command):
        with open(self.path(name + ".out"), "wb") as f:
            self.running.append(subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=f, stderr=f,
                cwd=self.folder, env=clean_environment()))

    def answers(self, port):
        for process in self.running:
            need(process.poll() is None,
                 "%s ended\n%s" % (process.args, self.logs()))
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()
            return True

    def logs(self):
        text = ""
        for name in sorted(os.listdir(self.folder)):
            if name.endswith((".out", ".log")):
                with open(self.path(name), errors="replace") as f:
                    text += "---- %s\n%s" % (name, f.read()[-2000:])
        return text

    def certificate(self):
        subprocess.run(
            [tool("openssl", "openssl"), "req", "-x509", "-newkey", "rsa:2048",
             "-nodes", "-keyout", self.path("key.pem"), "-out",
             self.path("cert.pem"), "-days", "2", "-subj", "/CN=localhost"],
            check=True, capture_output=True)

    def dovecot(self):
        os.makedirs(self.path("mail"), 0o777)
        os.chown(self.path("mail"), NOBODY, NOBODY)
        self.write("users", "bob:{PLAIN}%s\n" % SECRET)
        self.start("dovecot", tool("dovecot", "dovecot-core"), "-F", "-c",
                   self.write("dovecot.conf", """
base_dir = %(f)s/dovecot
state_dir = %(f)s/dovecot
log_path = %(f)s/dovecot.log
protocols = imap pop3
listen = 127.0.0.1
ssl = yes
ssl_cert = <%(f)s/cert.pem
ssl_key = <%(f)s/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login apop
auth_failure_delay = 0
auth_cache_size = 0
passdb {
  driver = passwd-file
  args = scheme=PLAIN %(f)s/users
}
userdb {
  driver = static
  args = uid=%(n)d gid=%(n)d home=%(f)s/mail
}
mail_location = maildir:%(f)s/mail/box
first_valid_uid = 1
service imap-login {
  inet_listener imaps {
    port = 0
  }
}
service pop3-login {
  inet_listener pop3s {
    port = 0
  }
}
service auth {
  unix_listener %(f)s/sasl {
    mode = 0666
  }
}
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
""" % {"f": self.folder, "n": NOBODY}))

    def postfix(self):
        import pwd
        tool("postfix", "postfix")
        for name, owner in (("queue", "root"), ("data", "postfix")):
            os.makedirs(self.path(name))
            os.chown(self.path(name), pwd.getpwnam(owner).pw_uid, -1)
        self.write("postfix/main.cf", """
compatibility_level = 3.6
config_directory = %(f)s/postfix
queue_directory = %(f)s/queue
data_directory = %(f)s/data
maillog_file = %(f)s/postfix.log
maillog_file_prefixes = %(f)s
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.test
mydestination =
alias_maps =
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = %(f)s/sasl
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_error_sleep_time = 0
smtpd_tls_security_level = may
smtpd_tls_cert_file = %(f)s/cert.pem
smtpd_tls_key_file = %(f)s/key.pem
""" % {"f": self.folder})
        self.write("postfix/master.cf", """
25 inet n - n - - smtpd
rewrite unix - - n - - trivial-rewrite
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
""")
        self.start("postfix", "/usr/sbin/postfix", "-c", self.path("postfix"),
                   "start-fg")

    def vsftpd(self):
        """The users and PAM's rules it asks are ours alone here."""
        self.write("pam.d/vsftpd", "auth required pam_unix.so nodelay\n"
                   "account required pam_unix.so\n")
        secret = subprocess.run(
            [tool("openssl", "openssl"), "passwd", "-6", SECRET], check=True,
            capture_output=True, text=True).stdout.strip()
        with open("/etc/passwd") as f:
            self.write("passwd", f.read() + "bob:x:%d:%d::%s:/bin/sh\n" % (
                NOBODY, NOBODY, self.path("ftp")))
        self.write("shadow", "bob:%s:20000:0:99999:7:::\n" % secret, 0o600)
        for name in ("pam.d", "passwd", "shadow"):
            subprocess.run(["mount", "--bind", self.path(name),
                            "/etc/" + name], check=True)
        self.write("ftp/hello", "hello\n")
        os.makedirs(self.path("empty"), 0o555)
        self.start("vsftpd", tool("vsftpd", "vsftpd"),
                   self.write("vsftpd.conf", """
listen=YES
listen_address=127.0.0.1
background=NO
anonymous_enable=NO
local_enable=YES
delay_failed_login=0
secure_chroot_dir=%(f)s/empty
pam_service_name=vsftpd
seccomp_sandbox=NO
ssl_enable=YES
force_local_logins_ssl=NO
force_local_data_ssl=NO
require_ssl_reuse=NO
rsa_cert_file=%(f)s/cert.pem
rsa_private_key_file=%(f)s/key.pem
""" % {"f": self.folder}))

    def nginx(self):
        self.write("htpasswd", "bob:{PLAIN}%s\n" % SECRET)
        self.write("www/index.html", "hello\n")
        self.start("nginx", tool("nginx", "nginx-light"), "-p", self.folder,
                   "-e", self.path("nginx.log"), "-c",
                   self.write("nginx.conf", """
daemon off;
pid nginx.pid;
events { }
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server {
        listen 127.0.0.1:80;
        root www;
        location / {
            auth_basic "x";
            auth_basic_user_file %s/htpasswd;
        }
    }
}
""" % self.folder))


# ---- the claims


class Watch:
    """A proxy that reads; the lines P since the last look."""

    def __init__(self):
        self.daemon = Daemon("dissector yes", workers=1)
        self.seen = 0

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.daemon.__exit__(*args)

    def finds(self, protocol, port, *logins):
        """Exactly these since the last time: (login, password, confirmed)."""
        rows = self.daemon.wait_access("P", self.seen + len(logins))
        rows = rows[self.seen:]
        self.seen += len(rows)
        same([row[3:] for row in rows],
             [[protocol, "127.0.0.1", str(port), login,
               MASKS.get(password, password),
               "confirmed" if right else "refused"]
              for login, password, right in logins], "lines P")

    def finds_no_more(self):
        """When all sessions are over, and their lines written."""
        opened = len(self.daemon.access_lines("A"))
        self.daemon.wait_access("C", opened)
        same(len(self.daemon.access_lines("P")), self.seen, "lines P")


def curl(w, *args, status=0, feed=b""):
    r = subprocess.run(
        [tool("curl", "curl"), "-s", "-S", "-k", "-m", "20", "--socks5",
         "127.0.0.1:%d" % w.daemon.port, *args], input=feed,
        capture_output=True, timeout=PATIENCE, env=clean_environment())
    same(r.returncode, status, "curl %r: %s" % (args, r.stderr))
    return r.stdout


def through(w, port):
    return tunnel(w.daemon, "127.0.0.1", port)


BOTH = ((SECRET, True), (WRONG, False))
DENIED = 67  # curl: the login was refused


# ---- POP3


class Pop3(poplib.POP3):
    def __init__(self, w):
        self.w = w
        super().__init__("there")

    def _create_socket(self, timeout):
        return through(self.w, 110)


def curl_with_sasl(w, protocol, port, password, right):
    for options in ("AUTH=PLAIN", "AUTH=LOGIN"):
        curl(w, "--login-options", options, "-u", "bob:" + password,
             protocol.lower() + "://127.0.0.1/", status=0 if right else DENIED)
        w.finds(protocol, port, ("bob", password, right))


@case
def pop3_of_dovecot_with_poplib_and_curl():
    with Watch() as w:
        for password, right in BOTH:
            client = Pop3(w)
            client.user("bob")
            with contextlib.suppress(poplib.error_proto):
                client.pass_(password)
                need(right, "it was let in")
            client.quit()
            w.finds("POP3", 110, ("bob", password, right))
            curl_with_sasl(w, "POP3", 110, password, right)
        w.finds_no_more()


@case
def apop_of_dovecot_is_a_login_without_a_password():
    with Watch() as w:
        for password, right in BOTH:
            client = Pop3(w)
            with contextlib.suppress(poplib.error_proto):
                client.apop("bob", password)
                need(right, "it was let in")
            client.quit()
            w.finds("POP3", 110, ("bob", "-", right))


# ---- IMAP


class Imap(imaplib.IMAP4):
    def __init__(self, w):
        self.w = w
        super().__init__("there")

    def _create_socket(self, timeout):
        return through(self.w, 143)


def imap_login(client, password):
    client.login("bob", password)


def imap_plain(client, password):
    client.authenticate("PLAIN", lambda _: b"\0bob\0" + password.encode())


def imap_literals(client, password):
    """LOGIN {3} bob {n} password, each literal after a continuation."""
    client.send(b"x1 LOGIN {3}\r\n")
    client.readline()
    client.send(b"bob {%d}\r\n" % len(password))
    client.readline()
    client.send(password.encode() + b"\r\n")
    while True:
        line = client.readline()
        if line.startswith(b"x1 "):
            break
    if not line.startswith(b"x1 OK"):
        raise imaplib.IMAP4.error(line)


@case
def imap_of_dovecot_with_imaplib_and_curl():
    with Watch() as w:
        for password, right in BOTH:
            for log_in in (imap_login, imap_plain, imap_literals):
                client = Imap(w)
                with contextlib.suppress(imaplib.IMAP4.error):
                    log_in(client, password)
                    need(right, "it was let in")
                client.shutdown()
                w.finds("IMAP", 143, ("bob", password, right))
            curl_with_sasl(w, "IMAP", 143, password, right)
        w.finds_no_more()


# ---- SMTP


class Smtp(smtplib.SMTP):
    def __init__(self, w):
        self.w = w
        super().__init__("there", 25)

    def _get_socket(self, host, port, timeout):
        return through(self.w, 25)


def swaks(w, mechanism, password, status):
    """It knows no SOCKS, but takes a program for its connection."""
    nc = "%s -X 5 -x 127.0.0.1:%d 127.0.0.1 25" % (
        tool("nc", "netcat-openbsd"), w.daemon.port)
    r = subprocess.run(
        [tool("swaks", "swaks"), "--pipe", nc, "--auth", mechanism,
         "--auth-user", "bob", "--auth-password", password, "--to", "a@b.test",
         "--quit-after", "AUTH"],
        capture_output=True, timeout=PATIENCE, env=clean_environment())
    same(r.returncode, status, "swaks: %s" % r.stdout.decode())


@case
def smtp_of_postfix_with_smtplib_swaks_and_curl():
    with Watch() as w:
        for password, right in BOTH:
            for mechanism in ("PLAIN", "LOGIN"):
                client = Smtp(w)
                client.ehlo("me")
                client.user, client.password = "bob", password
                with contextlib.suppress(smtplib.SMTPAuthenticationError):
                    client.auth(mechanism, getattr(
                        client, "auth_" + mechanism.lower()))
                    need(right, "it was let in")
                client.quit()
                w.finds("SMTP", 25, ("bob", password, right))
                swaks(w, mechanism, password, 0 if right else 28)
                w.finds("SMTP", 25, ("bob", password, right))
                curl(w, "--login-options", "AUTH=" + mechanism, "-u",
                     "bob:" + password, "smtp://127.0.0.1/", "-X", "NOOP",
                     status=0 if right else DENIED)
                w.finds("SMTP", 25, ("bob", password, right))
        w.finds_no_more()


# ---- FTP


def ftplib_login(w, password):
    client = ftplib.FTP()
    client.sock = through(w, 21)
    client.af = client.sock.family
    client.file = client.sock.makefile("r", encoding=client.encoding)
    client.welcome = client.getresp()
    try:
        client.login("bob", password)
        return True
    except ftplib.error_perm:
        return False
    finally:
        client.close()


def lftp(w, password):
    """Through Dante's socksify: lftp itself speaks no SOCKS."""
    r = subprocess.run(
        [tool("socksify", "dante-client"), tool("lftp", "lftp"), "-c",
         "set ftp:ssl-allow no; set net:max-retries 1; set "
         "net:reconnect-interval-base 1; open -u bob,%s 127.0.0.1 && "
         "cat hello" % password],
        capture_output=True, timeout=PATIENCE,
        env=clean_environment(
            SOCKS5_SERVER="127.0.0.1:%d" % w.daemon.port,
            SOCKS_AUTOADD_LANROUTES="no", HOME=w.daemon.folder))
    return r.stdout == b"hello\n"


@case
def ftp_of_vsftpd_with_ftplib_lftp_and_curl():
    with Watch() as w:
        for password, right in BOTH:
            same(ftplib_login(w, password), right, "ftplib let in")
            w.finds("FTP", 21, ("bob", password, right))
            same(curl(w, "-u", "bob:" + password, "ftp://127.0.0.1/hello",
                      status=0 if right else DENIED),
                 b"hello\n" if right else b"")
            w.finds("FTP", 21, ("bob", password, right))
            same(lftp(w, password), right, "lftp let in")
            w.finds("FTP", 21, ("bob", password, right))
        w.finds_no_more()


# ---- HTTP


@case
def basic_of_nginx_with_curl():
    with Watch() as w:
        for password, right in BOTH:
            out = curl(w, "-u", "bob:" + password, "http://127.0.0.1/")
            same(out == b"hello\n", right, "curl let in")
            w.finds("HTTP", 80, ("bob", password, right))
        curl(w, "http://127.0.0.1/")
        w.finds_no_more()


@case
def basic_of_nginx_on_each_request_of_a_connection():
    import base64
    with Watch() as w:
        client = http.client.HTTPConnection("there")
        client.sock = through(w, 80)
        for user, password in (("bob", WRONG), (None, None), ("bob", SECRET),
                               ("eve", SECRET), ("bob", SECRET)):
            token = base64.b64encode(("%s:%s" % (user, password)).encode())
            client.request("GET", "/", headers={} if user is None else {
                "Authorization": "Basic " + token.decode()})
            client.getresponse().read()
        client.close()
        w.finds("HTTP", 80, ("bob", WRONG, False), ("bob", SECRET, True),
                ("eve", SECRET, False), ("bob", SECRET, True))


# ---- TLS ends the reading


@case
def nothing_is_found_behind_starttls():
    with Watch() as w:
        for url in ("pop3://127.0.0.1/", "imap://127.0.0.1/",
                    "ftp://127.0.0.1/hello"):
            for password, right in BOTH:
                curl(w, "--ssl-reqd", "-u", "bob:" + password, url,
                     status=0 if right else DENIED)
        curl(w, "--ssl-reqd", "-u", "bob:" + SECRET, "smtp://127.0.0.1/", "-X",
             "NOOP")
        w.finds_no_more()
        need(SECRET not in w.daemon.log(), "it was logged")


# ---- the list says the same


@case
def socks5ctl_lists_them_with_what_the_server_thought():
    with Watch() as w:
        for password, right in BOTH:
            ftplib_login(w, password)
            curl(w, "-u", "bob:" + password, "imap://127.0.0.1/",
                 status=0 if right else DENIED)

        def rows():
            out = subprocess.run(
                [program("socks5ctl"), "-s", "unix:" + w.daemon.admin,
                 "--json", "findings"], check=True, capture_output=True,
                timeout=PATIENCE).stdout
            return [json.loads(line) for line in out.splitlines()]
        wait_for(lambda: len(rows()) == 4, "four findings")
        same([(r["protocol"], r["password"], r["confirmed"]) for r in rows()],
             [("FTP", MASKS[SECRET], True), ("IMAP", MASKS[SECRET], True),
              ("FTP", MASKS[WRONG], False), ("IMAP", MASKS[WRONG], False)])


if __name__ == "__main__":
    need(os.geteuid() == 0, "dovecot and postfix must be started as root")
    own_namespaces("--net", "--mount", "--pid", "--fork", "--kill-child",
                   "--mount-proc")
    subprocess.run([tool("ip", "iproute2"), "link", "set", "lo", "up"],
                   check=True)
    servers = Servers()
    atexit.register(shutil.rmtree, servers.folder, ignore_errors=True)
    main()
