# The settings of core/settings.def as the manual page lists them (mdoc), or,
# with -v sample=1, as a sample of the file. The columns are told apart by the
# commas outside quotes.

BEGIN {
	if (sample) {
		print "# socks5d.conf(5): every setting with its default. A line takes effect"
		print "# when the # in front of it is removed. Made from the table of settings;"
		print "# tests/lint/man.sh compares them."
		print ""
	}
}

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
function value(kind, form) {
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
	return form
}

/^SETTING\(/, "", line)
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
function value(kind, form) {
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
	return form
}

function default_(key, fallback) {
	if (key == "workers") return "the number of cores"
	if (key == "max-connections") return "from the limit of descriptors"
	if (key == "store") return "sqlite:, in the state directory"
	if (key == "admin") return "unix: in the run directory, " fallback
	if (key == "access-log") return "- with -f, else syslog"
	return fallback
}

/^SETTING\(/ {
	cells($0)
	key = cell[2]; kind = cell[3]; form = cell[8]
	usual = cell[5] != "" ? cell[5] : cell[4]
	range = ""
	if (kind == "COUNT" || kind == "SECONDS" || kind == "BYTES")
		range = cell[6] " to " cell[7] " " form
	if (sample) {
		print "# " toupper(substr(cell[10], 1, 1)) substr(cell[10], 2) (range != "" ? ": " range : "") "."
		print "# Default: " usual "."
		n = split(cell[4], items, " ")
		for (i = 1; i <= n; i++)
			print "#" key " " items[i]
		print ""
		next
	}
	print ".It Ic " key " Ar " value(kind, form)
	print toupper(substr(cell[10], 1, 1)) substr(cell[10], 2) "."
	if (range != "")
		print range "."
	print "Default: " usual "."
	print cell[9] == "LIVE" ? "Live." : "Restart."
}
