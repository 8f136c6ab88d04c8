#!/bin/sh
# tests/count.sh counts what tests report, and takes nothing for passed that is not.
set -u
count=${srcdir:-.}/tests/count.sh
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
wrong=0

# case EXPECTED RESULT LOG: one test with that result and that output.
case_() {
	rm -f "$dir"/*
	[ -z "$2" ] || printf ':test-result: %s\n:copy-in-global-log: no\n' "$2" >"$dir/t.trs"
	printf '%b' "$3" >"$dir/t.log"
	got=$("$count" "$dir" | tail -n 1)
	[ "$got" = "$1" ] || {
		echo "want $1, got $got: $2 $3"
		wrong=$((wrong + 1))
	}
}

case_ '1 passed, 0 failed' PASS 'fine\nPASS t (exit status: 0)\n'
case_ '0 passed, 1 failed' FAIL 'not fine\nFAIL t (exit status: 1)\n'
case_ '0 passed, 1 failed' SKIP 'nothing done\nSKIP t (exit status: 77)\n'
case_ '0 passed, 1 failed' ERROR 'ERROR t (exit status: 99)\n'
case_ '12 passed, 0 failed' PASS 'ok\n12 passed, 0 failed\nPASS t (exit status: 0)\n'
case_ '10 passed, 2 failed' FAIL '10 passed, 2 failed\nFAIL t (exit status: 1)\n'
# The exit status and the numbers contradict each other: the worse counts.
case_ '12 passed, 1 failed' FAIL '12 passed, 0 failed\nFAIL t (exit status: 1)\n'
case_ '10 passed, 2 failed' PASS '10 passed, 2 failed\nPASS t (exit status: 0)\n'
case_ '0 passed, 1 failed' PASS '0 passed, 0 failed\nPASS t (exit status: 0)\n'
case_ '3 passed, 0 failed' PASS '[==========] 3 test(s) run.\n[  PASSED  ] 3 test(s).\nPASS t (exit status: 0)\n'
case_ '2 passed, 1 failed' FAIL '[  PASSED  ] 2 test(s).\n[  FAILED  ] 1 test(s), listed below:\n[  FAILED  ] a\nFAIL t (exit status: 1)\n'
case_ '5 passed, 0 failed' PASS '[  PASSED  ] 2 test(s).\n[  PASSED  ] 3 test(s).\nPASS t (exit status: 0)\n'
# Killed before it could say anything.
case_ '2 passed, 1 failed' FAIL '[  PASSED  ] 2 test(s).\nFAIL t (exit status: 139)\n'

rm -f "$dir"/*
[ "$("$count" "$dir")" = '0 passed, 0 failed' ] || wrong=$((wrong + 1))
[ $wrong -eq 0 ] && echo "tests are counted as they are"
exit $((wrong > 0))
