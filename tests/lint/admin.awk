# The commands of the extension, from proto/admin.def, as docs/admin-protocol.md
# has them: a table of codes, then what each request and answer is made of.

function trim(s) {
	gsub(/^[ \t]+|[ \t]+$/, "", s)
	return s
}

/^ *FIELD\(/ {
	split($0, q, "\"")
	sub(/^ *FIELD\(/, "", q[1])
	split(q[1], a, ",")
	message = trim(a[1])
	width = trim(a[5])
	if (width == 0)
		next
	kind = trim(a[2])
	type = "u" width * 8
	if (kind == "TEXT" || kind == "SECRET")
		type = "text"
	note = q[4]
	if (kind == "CHOICE") {
		n = split(q[2], words, " ")
		note = note ": "
		for (i = 1; i <= n; i++)
			note = note (i > 1 ? ", " : "") i - 1 " " words[i]
	} else if (kind == "TEXT" && q[2] != "") {
		gsub(/ /, ", ", q[2])
		note = note ": " q[2]
	} else if (kind == "TIME")
		note = note " (Unix seconds, 0 never)"
	else if (kind == "FLAG")
		note = note ": 0 no, 1 yes"
	else if (kind == "NUMBER" && q[2] != "")
		note = note " (" q[2] ")"
	if (trim(a[7]) == "CURSOR")
		note = note (trim(a[3]) ~ /^after_/ ? "; a cursor, too" : "; the cursor")
	if (!(message in fields))
		order[++messages] = message
	fields[message] = fields[message] sprintf("| `%s` | %s | %s |\n", trim(a[3]), type, note)
}

/^COMMAND\(/ {
	split($0, q, "\"")
	sub(/^COMMAND\(/, "", q[1])
	id = trim(q[1])
	sub(/,$/, "", id)
	split(q[3], a, ",")
	request[id] = trim(a[2])
	answer[id] = trim(a[3])
	many[id] = trim(a[4]) == "MANY"
	help[id] = q[4]
}

/^EXTENDED\(/ {
	sub(/^EXTENDED\(/, "")
	sub(/\).*/, "")
	split($0, a, ",")
	code[++codes] = substr(trim(a[1]), 3) " " toupper(substr(trim(a[2]), 3))
	which[codes] = trim(a[3])
}

/^EVENT\(/ {
	split($0, q, "\"")
	sub(/^EVENT\(/, "", q[1])
	split(q[1], a, ",")
	event[++events] = toupper(substr(trim(a[1]), 3))
	told[events] = trim(a[2])
	carries[events] = trim(a[3])
	wish[events] = trim(a[4])
	says[events] = q[2]
}

/^STATUS\(/ {
	split($0, q, "\"")
	text[++statuses] = q[2]
}

function part(name) {
	used[name] = 1
	return name == "nothing" ? "-" : name
}

END {
	if (codes == 0 || messages == 0 || statuses == 0)
		exit 1
	print "\n| STATUS | meaning |\n|---|---|"
	for (i = 1; i <= statuses; i++)
		printf "| %02X | %s |\n", i - 1, text[i]
	print "\n| TYPE CMD | request | answer | what |\n|---|---|---|---|"
	for (i = 1; i <= codes; i++) {
		id = which[i]
		printf "| %s | %s | %s%s | %s |\n", code[i], part(request[id]),
			many[id] ? "list of " : "", part(answer[id]), help[id]
	}
	print "\n| TYPE CMD | event | fields | wish | what |\n|---|---|---|---|---|"
	for (i = 1; i <= events; i++)
		printf "| 04 %s | %s | %s | %s | %s |\n", event[i], told[i], part(carries[i]), wish[i], says[i]
	for (i = 1; i <= messages; i++)
		if (order[i] in used)
			printf "\n`%s`:\n\n| field | octets | meaning |\n|---|---|---|\n%s", order[i], fields[order[i]]
	print ""
}
