#!/bin/sh
# quickstart_test.sh TARBALL DIR: ./quickstart as a stranger meets it, in a fresh
# copy of the distribution. The last line is 'N passed, N failed'.
set -u
tarball=$1 dir="$2/a place"
passed=0 failed=0 web=

fact() {
	if [ "$1" -eq 0 ]; then
		passed=$((passed + 1))
		echo "ok - $2"
	else
		failed=$((failed + 1))
		echo "not ok - $2"
	fi
}

clean_up() {
	[ -z "$web" ] || kill "$web" 2>/dev/null
	./quickstart stop >/dev/null 2>&1
}

rm -rf "$dir"
mkdir -p "$dir"
tar -C "$dir" --strip-components=1 -xf "$tarball" || exit 1
cd "$dir" || exit 1
trap clean_up EXIT

# A page to fetch, on a port of the kernel's choice.
mkfifo port
python3 -c '
import http.server, sys
s = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
open("port", "w").write("%d\n" % s.server_port)
s.serve_forever()' 2>web.log &
web=$!
read -r port <port

fetch() {
	curl -sS --max-time 30 -o page --socks5-hostname \
		"alice:$(cat run/alice.password)@127.0.0.1:$(cat run/port)" \
		"http://127.0.0.1:$port/README.md" && cmp -s page README.md
}

./quickstart </dev/null >out 2>&1
fact $? "it builds and starts without a terminal"
cat out
grep -q "^    curl --socks5-hostname alice:.*@127.0.0.1:[0-9]* " out
fact $? "it prints a complete curl line"
[ "$(stat -c %a run/alice.password)" = 600 ]
fact $? "nobody else can read the password"
fetch
fact $? "curl goes through"
./quickstart try "http://127.0.0.1:$port/README.md" >page && cmp -s page README.md
fact $? "so does its own try"
pid=$(cat run/socks5d.pid)

./quickstart </dev/null >out 2>&1 && [ "$(cat run/socks5d.pid)" = "$pid" ]
fact $? "a second call uses the daemon that is there"

mv run/socks5d.pid other.pid
./quickstart </dev/null >out 2>&1
[ $? -ne 0 ] && grep -q "end it first" out && grep -q "pid $pid" out
fact $? "another daemon on its socket is not taken for its own"
mv other.pid run/socks5d.pid

kill -9 "$pid"
./quickstart </dev/null >out 2>&1 && [ "$(cat run/socks5d.pid)" != "$pid" ] && fetch
fact $? "after a crash it starts again, with the same account"
pid=$(cat run/socks5d.pid)

# It may be a zombie yet, where nobody collects orphans.
./quickstart stop >out 2>&1 && ! readlink "/proc/$pid/exe" && [ ! -e run/socks5d.pid ]
fact $? "stop ends it"
./quickstart stop >out 2>&1
fact $? "stop without a daemon is no mistake"

# A pid that now belongs to somebody else is left alone.
sleep 1000 &
other=$!
echo $other >run/socks5d.pid
./quickstart stop >out 2>&1
kill -0 $other
fact $? "stop leaves other processes alone"
kill $other

./quickstart nonsense >out 2>&1
[ $? -ne 0 ] && grep -q nonsense out
fact $? "an unknown word is refused"

# Missing packages, as a plain user.
mkdir fake
printf '#!/bin/sh\nexit 1\n' >fake/dpkg-query
printf '#!/bin/sh\necho 1000\n' >fake/id
chmod +x fake/*
PATH=$PWD/fake:$PATH ./quickstart </dev/null >out 2>&1
[ $? -ne 0 ] && grep -q "apt-get install -y --no-install-recommends gcc " out
fact $? "a plain user is told which packages to install"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
