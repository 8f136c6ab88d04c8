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
out=$("${top_builddir:-.}/socks5d" -t -o user=root -c "$sample" 2>&1) || say "docs/examples/socks5d.conf: $out"

# What the protocol's page has between its marks.
written() {
	sed -n "/^<!-- begin $1 -->\$/,/^<!-- end $1 -->\$/p" docs/admin-protocol.md | sed '1d;$d'
}

# The extension's commands, row by row, and the octets of every code.
commands=$(awk -f tests/lint/admin.awk src/proto/admin.def)
[ -n "$commands" ] && [ "$commands" = "$(written extension)" ] ||
	say "docs/admin-protocol.md and src/proto/admin.def differ: make update-man"
octets=$("${top_builddir:-.}/tests/proto/octets")
[ -n "$octets" ] && [ "$octets" = "$(written octets)" ] ||
	say "docs/admin-protocol.md and the octets that the code makes differ: make update-man"

# What base commands there are.
for code in $(sed -n 's/^BASE(0x\(..\), 0x\(..\),.*/\1_\2/p' src/proto/admin.def | tr a-f A-F); do
	grep -q "^| [^|]*\<$(echo "$code" | tr _ ' ')\>" docs/admin-protocol.md ||
		say "docs/admin-protocol.md: no $code"
done

[ $wrong -eq 0 ] && echo "the documents are in order"
exit $((wrong > 0))
