#!/bin/sh
# count.sh DIR...: add up what the tests below these build directories reported,
# as 'N passed, N failed'; each failed test is named before. A test that counts
# more finely itself (cmocka, or a last line 'N passed, N failed') adds those
# numbers, any other adds one. Whatever is not a plain pass (failed, skipped,
# an error, no result at all) counts as failed.
set -u

find "$@" -path '*/_inst' -prune -o -name '*.trs' -print | LC_ALL=C sort | awk '
	{
		trs = $0
		log_ = substr(trs, 1, length(trs) - 3) "log"
		result = "NONE"
		while ((getline line < trs) > 0)
			if (line ~ /^:test-result: /) {
				split(line, word, " ")
				result = word[2]
			}
		close(trs)

		good = bad = fine = 0
		last = ""
		while ((getline line < log_) > 0) {
			if (match(line, /^\[  PASSED  \] [0-9]+ test/)) {
				good += substr(line, 14) + 0
				fine = 1
			} else if (match(line, /^\[  FAILED  \] [0-9]+ test/)) {
				bad += substr(line, 14) + 0
				fine = 1
			}
			# The test harness adds a line of its own behind the output.
			if (line != "" && line !~ /^(PASS|FAIL|SKIP|ERROR|XFAIL|XPASS) /)
				last = line
		}
		close(log_)
		if (last ~ /^[0-9]+ passed, [0-9]+ failed/) {
			split(last, word, " ")
			good = word[1] + 0
			bad = word[3] + 0
			fine = 1
		}
		if (!fine && result == "PASS")
			good = 1
		if (result == "PASS" && good == 0 && bad == 0)
			result = "EMPTY"
		if (result != "PASS" && bad == 0)
			bad = 1
		if (bad > 0)
			print result ": " log_ " (" bad ")"
		passed += good
		failed += bad
	}
	END { print passed + 0 " passed, " failed + 0 " failed" }
'
