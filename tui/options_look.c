#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tui/options.h"

/* What the terminal can show, from its codeset and not from LANG's text. */
static enum glyphs
auto_glyphs(void)
{
	const char *term = getenv("TERM");

	if (term != NULL && strncmp(term, "linux", 5) == 0)
		return GLYPHS_BLOCK;
	return GLYPHS_BRAILLE;
}

/* The option says more than the environment. */
static bool
is_mono(const struct options *o)
{
	const char *none = getenv("NO_COLOR");

	if (o->color != NULL && strcmp(o->color, "auto") != 0)
		return strcmp(o->color, "never") == 0;
	return none != NULL && *none != '\0';
}

/* Some terminals tell: "15;0" is white on black. */
static enum theme
auto_theme(void)
{
	const char *colours = getenv("COLORFGBG"), *behind;

	behind = colours != NULL ? strrchr(colours, ';') : NULL;
	return behind != NULL &&
		       (strcmp(behind, ";15") == 0 || strcmp(behind, ";7") == 0)
		   ? THEME_LIGHT
		   : THEME_DARK;
}

void
console_looks(struct console_options *o, const struct prefs *p)
{
	unsigned theme = p->value[PREF_THEME], glyphs = p->value[PREF_GLYPHS];

	o->theme = o->mono     ? THEME_MONO
		   : theme > 0 ? (enum theme)(theme - 1)
			       : o->auto_theme;
	o->glyphs = o->ascii     ? GLYPHS_ASCII
		    : glyphs > 0 ? (enum glyphs)(glyphs - 1)
				 : o->auto_glyphs;
}

void
options_look(struct options *o)
{
	struct console_options *c = &o->console;

	c->mono = is_mono(o);
	c->ascii = o->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	c->auto_theme = auto_theme();
	c->auto_glyphs = auto_glyphs();
	c->begin = o->prefs;
	console_looks(c, &c->begin);
}

bool
options_has_screen(void)
{
	const char *term = getenv("TERM");

	return term != NULL && *term != '\0' && strcmp(term, "dumb") != 0 &&
	       isatty(STDOUT_FILENO) == 1;
}
