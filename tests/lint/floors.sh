#!/bin/sh
# Every #include stays on the floors below its own, and a library is known only
# where docs/architecture.md says so. Reads both tables from there.
set -u
top=${srcdir:-.}
cd "$top" || exit 1

files=$(find src tui -name '*.[ch]' 2>/dev/null | LC_ALL=C sort)
[ -n "$files" ] || { echo "no sources found"; exit 1; }

# shellcheck disable=SC2086
awk '
	FILENAME == "docs/architecture.md" {
		if ($0 ~ /^# folder/) { table = 1; next }
		if ($0 ~ /^# header/) { table = 2; next }
		if ($0 ~ /^```/) table = 0
		if (table == 1 && NF > 1)
			for (i = 2; i <= NF; i++) { may[$1, $i] = 1; floor[$1] = 1 }
		if (table == 2 && NF > 1)
			for (i = 2; i <= NF; i++) { only[$1] = 1; in_[$1, $i] = 1 }
		next
	}
	FNR == 1 {
		n = split(FILENAME, part, "/")
		folder = part[n - 1]
		if (!(folder in floor)) bad(folder " is no floor")
	}
	/^#[ \t]*include "/ {
		split($0, word, "\"")
		if (split(word[2], to, "/") != 2)
			bad("want \"folder/file\": " word[2])
		else if (!((folder, to[1]) in may))
			bad(folder " may not include from " to[1])
	}
	/^#[ \t]*include </ {
		split($0, word, "[<>]")
		for (header in only)
			if (index(word[2], header) == 1 &&
			    !((header, folder) in in_) && !((header, FILENAME) in in_))
				bad(word[2] " is not for here")
	}
	function bad(why) { print FILENAME ":" FNR ": " why; wrong++ }
	END {
		if (!("base" in floor)) { print "docs/architecture.md: no table of floors"; wrong++ }
		if (!("curses.h" in only)) { print "docs/architecture.md: no table of headers"; wrong++ }
		exit wrong > 0
	}
' docs/architecture.md $files || exit 1
echo "$(echo "$files" | wc -l) files keep to their floors"
