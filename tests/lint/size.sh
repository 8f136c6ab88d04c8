#!/bin/sh
# A file over 500 lines is two ideas. Tables and tests' tables are rows, and may
# be as long as they need.
set -u
cd "${srcdir:-.}" || exit 1

find src tui tests -name '*.[ch]' -o -name '*.sh' -o -name '*.py' 2>/dev/null |
LC_ALL=C sort | awk '
	{
		lines = 0
		while ((getline line < $0) > 0)
			lines++
		close($0)
		files++
		# A test file is a list of cases: it may be longer than a source.
		limit = $0 ~ /^tests\// ? 800 : 500
		if (lines > limit) {
			print $0 ": " lines " lines, more than " limit
			wrong++
		}
	}
	END {
		if (files == 0) { print "no files found"; exit 1 }
		if (!wrong) print files " files, none too long"
		exit wrong > 0
	}
'
