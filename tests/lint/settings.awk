# The settings of core/settings.def as the manual page lists them (mdoc), or,
# with -v sample=1, as a sample of the file.

BEGIN {
	if (sample) {
		print "# socks5d.conf(5): every setting with its default. Take the # away to use a"
		print "# line. Made from the table of settings; tests/lint/man.sh compares them."
		print ""
	}
}

# The columns are parted by the commas outside quotes.
function cells(line,   i, c, quoted, n) {
	sub(/^SETTING\(/, "", line)
	sub(/\)[ \t]*$/, "", line)
	n = 1
	for (i = 1; i <= 10; i++)
		cell[i] = ""
	for (i = 1; i <= length(line); i++) {
		c = substr(line, i, 1)
		if (c == "\"")
			quoted = !quoted
		else if (c == "," && !quoted)
			n++
		else if (quoted || c != " ")
			cell[n] = cell[n] c
	}
}

# What may stand behind the key.
function value(kind, form,   i) {
	if (kind == "COUNT" || kind == "SECONDS" || kind == "BYTES")
		return "number"
	if (kind == "LISTEN")
		return "address"
	if (kind == "ADMIN")
		return "endpoint"
	if (form == "*")
		return "name"
	gsub(/\|/, " | ", form)
	gsub(/sqlite:\*/, "sqlite:PATH", form)
	gsub(/\/\*/, "PATH", form)
	# mdoc takes a colon at a word's end for the sentence's.
	if ((i = index(form, ": ")) > 0)
		form = substr(form, 1, i) "\\&" substr(form, i + 1)
	return form
}

function sentence(text) {
	return toupper(substr(text, 1, 1)) substr(text, 2) "."
}

/^SETTING\(/ {
	cells($0)
	key = cell[2]; kind = cell[3]; form = cell[8]
	usual = cell[5] != "" ? cell[5] : cell[4]
	range = value(kind, form) == "number" ? cell[6] " to " cell[7] " " form : ""
	if (sample) {
		print "# " sentence(cell[10] (range != "" ? ": " range : ""))
		if (cell[5] != "")
			print "# The default is " usual "."
		n = split(cell[4], items, " ")
		for (i = 1; i <= n; i++)
			print "#" key " " items[i]
		print ""
		next
	}
	print ".It Ic " key " Ar " value(kind, form)
	print sentence(cell[10])
	if (range != "")
		print range "."
	print sentence("default: " usual)
	print cell[9] == "LIVE" ? "Live." : "Restart."
}
