#!/bin/sh
# Every test, each way of building in a directory of its own under build-check:
# gcc, the sanitizers, valgrind, clang, the options off, a distribution. Called
# by ./quickstart check, which has installed what is needed. The last line is
# 'N passed, N failed'.
set -u
cd "$(dirname "$0")/.." || exit 1
top=$PWD
jobs=$(nproc 2>/dev/null || echo 1)
passed=0 failed=0
trap 'exit 130' INT
trap 'exit 143' TERM

say() { printf '%s\n' "check: $*"; }

add() {
	passed=$((passed + $1))
	failed=$((failed + $2))
}

# One thing that is right or not: a build, a tool's silence.
fact() {
	if [ "$1" -eq 0 ]; then
		add 1 0
	else
		say "FAILED: $2"
		add 0 1
	fi
}

# What a script counted in its last line.
fact_lines() {
	grep '^not ok' "$1"
	# shellcheck disable=SC2046
	set -- "$1" $(tail -n 1 "$1")
	if [ "${3-} ${5-}" = "passed, failed" ]; then
		add "$2" "$4"
	else
		fact 1 "no result in $1"
	fi
}

# Configured completely or not at all: the stamp is made last. The sources are
# named from there, as configure takes no blanks in their name.
configure() {
	dir=build-check/$1
	shift
	if [ "$(cat "$dir/.configured" 2>/dev/null)" != "$*" ]; then
		rm -rf "$dir"
		mkdir -p "$dir"
		(cd "$dir" && ../../configure -q "$@" >configure.log 2>&1) || {
			tail -n 20 "$dir/configure.log"
			return 1
		}
		printf '%s' "$*" >"$dir/.configured"
	fi
}

# build NAME CONFIGURE-OPTION...: everything, tests included, without warnings.
build() {
	name=$1
	say "$name: building"
	configure "$@" &&
		make -s -j"$jobs" -C "build-check/$name" all check TESTS= \
			>"build-check/$name/make.log" 2>&1
	status=$?
	[ $status -eq 0 ] || tail -n 30 "build-check/$name/make.log" 2>/dev/null
	fact $status "$name does not build"
	return $status
}

# run NAME [VARIABLE=VALUE]...: the tests, or those in TESTS=.
run() {
	name=$1
	shift
	say "$name: testing"
	begun=$(date +%s)
	find "build-check/$name" \( -name '*.trs' -o -name '*.log' \) -path '*/tests/*' -delete
	make -s -k -j"$jobs" -C "build-check/$name" check "$@" \
		</dev/null >"build-check/$name/check.log" 2>&1
	status=$?
	tests/count.sh "build-check/$name/tests" >"build-check/$name/count"
	sed '$d' "build-check/$name/count"
	result=$(tail -n 1 "build-check/$name/count")
	say "$name: $result ($(($(date +%s) - begun)) s)"
	# shellcheck disable=SC2086
	set -- $result
	[ "$3" -gt 0 ] || fact $status "$name: make check (build-check/$name/check.log)"
	[ "$1" -gt 0 ] || fact 1 "$name: no test was run"
	add "$1" "$3"
}

mkdir -p build-check

build gcc --enable-werror && run gcc

say "valgrind: testing the clients"
top_builddir=$top/build-check/gcc PYTHONDONTWRITEBYTECODE=1 \
	tests/valgrind/clients_test.py </dev/null >build-check/valgrind.log 2>&1
fact_lines build-check/valgrind.log

say "valgrind: counting instructions"
top_builddir=$top/build-check/gcc PYTHONDONTWRITEBYTECODE=1 \
	tests/perf/instructions_test.py </dev/null >build-check/instructions.log 2>&1
fact_lines build-check/instructions.log

ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 \
UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export ASAN_OPTIONS UBSAN_OPTIONS
build asan --enable-werror --enable-sanitizers=address,undefined CFLAGS='-O1 -g' && run asan

# The threads are the daemon's: its tests, with every address where the
# sanitizer expects it.
TSAN_OPTIONS=halt_on_error=1
export TSAN_OPTIONS
build tsan --enable-werror --enable-sanitizers=thread CFLAGS='-O1 -g' &&
	run tsan TESTS="$(make -s -C build-check/tsan print-threads-tests)"

build clang --enable-werror CC=clang
build bare --enable-werror --disable-tui --without-sctp

say "distribution"
make -s -j"$jobs" -C build-check/gcc distcheck TESTS=tests/base/wire_test \
	</dev/null >build-check/distcheck.log 2>&1
fact $? "make distcheck (build-check/distcheck.log)"

say "quickstart"
tests/quickstart_test.sh "$top"/build-check/gcc/socks5d-*.tar.xz "$top/build-check/quick" \
	</dev/null >build-check/quickstart.log 2>&1
fact_lines build-check/quickstart.log

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
