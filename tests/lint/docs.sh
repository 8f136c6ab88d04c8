#!/bin/sh
# The tests that docs/rfc.md names exist, and links in the documents lead somewhere.
set -u
cd "${srcdir:-.}" || exit 1
wrong=0

say() {
	printf '%s\n' "$*"
	wrong=$((wrong + 1))
}

names=$(sed -n '/^|/p' docs/rfc.md | grep -o '`[a-z0-9_]*_[a-z0-9_]*`' | tr -d '`' | sort -u)
[ -n "$names" ] || say "docs/rfc.md names no test"
for name in $names; do
	grep -rqE --include='*.c' --include='*.py' "(^|^def )$name\(" tests ||
		say "docs/rfc.md: no test $name"
done

for document in *.md docs/*.md; do
	for link in $(grep -o '](\([^)#:]*\))' "$document" | sed 's/^](//; s/)$//'); do
		[ -e "$(dirname "$document")/$link" ] || say "$document: no $link"
	done
done

# The daemon takes its sample with every line in use.
sample=$(mktemp) || exit 1
trap 'rm -f "$sample"' EXIT
sed 's/^#\([a-z]\)/\1/' docs/examples/socks5d.conf >"$sample"
out=$("${top_builddir:-.}/socks5d" -t -c "$sample" 2>&1) || say "docs/examples/socks5d.conf: $out"

[ $wrong -eq 0 ] && echo "the documents are in order"
exit $((wrong > 0))
