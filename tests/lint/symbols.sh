#!/bin/sh
# No name is defined by two of the libraries that are linked into one program:
# the linker would take either of them, without a word.
set -u

twice() {
	for library; do
		[ -f "lib$library.a" ] && set -- "$@" "lib$library.a"
		shift
	done
	"${NM:-nm}" -g --defined-only "$@" |
	awk 'NF == 3 && $2 ~ /^[TDBR]$/ && $3 !~ /^[_.]/ { print $3 }' |
	sort | uniq -d
}

found=$(twice tui ctl client proto base; twice daemon store net core proto base)
[ -z "$found" ] && exit 0
echo "defined by two libraries:" $found
exit 1
