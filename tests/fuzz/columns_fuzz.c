/* A limit of an account, "COLUMN VALUE": what is taken reads back the same. */

#include <stdlib.h>
#include <string.h>

#include "core/columns.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
read_value(enum column_id id, const char *value)
{
	char why[COLUMN_WHY] = "", text[COLUMN_TEXT];
	uint64_t own, again;

	if (column_parse(id, value, &own, why) != 0) {
		if (*why == '\0')
			abort();
		return;
	}
	if (*why != '\0' || !column_may_be(id, own))
		abort();
	column_print(id, own, text);
	if (column_parse(id, text, &again, why) != 0 || again != own)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *text = malloc(len + 1), why[COLUMN_WHY];
	size_t word;
	int id;

	if (text == NULL)
		return 0;
	memcpy(text, bytes, len);
	text[len] = '\0';
	word = strcspn(text, " ");
	id = column_find(text, word);
	if (id < 0)
		column_refuse(text, why);
	else if (text[word] == ' ')
		read_value((enum column_id)id, text + word + 1);
	free(text);
	return 0;
}
