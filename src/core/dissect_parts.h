/*
 * What the dissectors share. Used by core/dissect*.c alone.
 *
 * Lines are gathered on each side (CRLF or LF, without either) and given to the
 * protocol's two functions. A password waits in the queue for the answer of
 * the server; queued are all commands that get an answer, for pipelining.
 */

#ifndef CORE_DISSECT_PARTS_H
#define CORE_DISSECT_PARTS_H

#include "core/dissect.h"

enum {
	DISSECT_LINE = 1024,   /* the longest line of a client that is read */
	DISSECT_ANSWER = 384,  /* the same, of a server */
	DISSECT_QUEUE = 64,    /* commands without an answer */
	DISSECT_TEXTS = 1280,  /* octets of names and passwords among them */
	DISSECT_SPELLED = 900, /* the longest base64 that is read */
};

/* What a command is, as far as its answer goes; protocols have their own. */
enum dissect_kind {
	DISSECT_PLAIN,
	DISSECT_TLS,     /* a yes ends the reading */
	DISSECT_LIST,    /* a yes is followed by lines up to a dot */
	DISSECT_MESSAGE, /* SMTP's DATA */
	DISSECT_HEAD,    /* HTTP: an answer without a body */
	DISSECT_TUNNEL,  /* HTTP: CONNECT */
	DISSECT_MORE,    /* a login of the command before it */
	DISSECT_PROXY,   /* the same, for the proxy */
};

enum dissect_sasl {
	SASL_NONE,
	SASL_PLAIN,
	SASL_NAME, /* LOGIN */
	SASL_PASSWORD,
	SASL_OTHER, /* lines that say nothing, up to the answer */
};

/* A command; its texts are tag, login and password, in d->texts in order. */
struct dissect_entry {
	uint8_t kind;
	uint8_t tag;
	uint8_t login;
	uint8_t password;
	bool filled;  /* there is a login */
	bool without; /* but no password */
};

struct dissect_text {
	uint16_t len;
	char bytes[DISSECT_TEXT];
};

/* A direction of HTTP. */
struct dissect_http {
	uint64_t length;
	uint8_t at; /* enum http_at */
	bool chunked, sized;
	bool bare; /* an answer without a body */
};

struct dissect {
	const struct dissect_row *row; /* NULL: not known yet */
	dissect_found *found;
	void *arg;
	uint64_t skip[2];   /* octets that are no lines */
	uint32_t before[2]; /* octets before it was known */
	uint16_t port;
	uint16_t len[2]; /* of line[] */
	bool cut[2];     /* the line is longer */
	bool over;
	bool opened;   /* the server's first line is whole */
	bool greeted;  /* its greeting is */
	bool list;     /* lines up to a dot */
	bool keep;     /* IMAP: what is skipped belongs to the line */
	bool named;    /* `user` holds a name */
	uint8_t rows;  /* those that it can be, a bit each */
	uint8_t sasl;  /* enum dissect_sasl */
	uint8_t count; /* of queue[] */
	uint16_t code; /* of an answer of several lines, or 0 */
	uint16_t used; /* of texts[] */
	uint16_t part; /* where the line goes on behind the last literal */
	struct dissect_http http[2];
	struct dissect_text user;
	struct dissect_entry queue[DISSECT_QUEUE];
	char line[DISSECT_LINE], answer[DISSECT_ANSWER];
	char texts[DISSECT_TEXTS];
};

struct dissect_parser {
	/* A line; false: it goes on (see IMAP's literals). */
	bool (*client)(struct dissect *, const char *line, size_t len);
	void (*server)(struct dissect *, const char *line, size_t len);
};

struct dissect_row {
	const char *name, *ports, *opening, *words;
	bool client_first;
	const struct dissect_parser *parser;
};

#define DISSECTOR(id, parser, ...) \
	extern const struct dissect_parser dissect_##parser;
#include "core/dissect.def"

/* No further octets are wanted; what waits was not accepted. */
void dissect_stop(struct dissect *);

/* ---- dissect_guess.c: what is it? */

enum {
#define DISSECTOR(id, ...) DISSECT_ROW_##id,
#include "core/dissect.def"
	DISSECT_ROWS, /* how many */
};

/*
 * The row that it is, by what the client has said; NULL: not known yet, or
 * over. A line whose word two protocols have is dropped: it says nothing.
 */
const struct dissect_row *dissect_choose(struct dissect *);

/* What the server's first line, or what has come of it, leaves possible. */
void dissect_judge_opening(struct dissect *, bool whole);

/* ---- dissect_words.c: lines */

/* A word that ends the line or stands before a space, in any case. */
bool dissect_is(const char *line, size_t len, const char *word);

/* What comes behind the first word and one space. */
const char *dissect_rest(const char *line, size_t len, size_t *rest);

/* The length of the first word. */
size_t dissect_word(const char *line, size_t len);

/* The number at the start; false if there is none, or it is too large. */
bool dissect_number(const char *text, size_t len, int base, uint64_t *);

/*
 * The code of an answer (RFC 5321 section 4.2.1, RFC 959 section 4.2) that ends
 * with this line; 0: it goes on, or is none.
 */
unsigned dissect_code(struct dissect *, const char *line, size_t len);

/* Base64 (RFC 4648), with or without its padding: octets, or -1. */
int dissect_spell(char *out, size_t size, const char *text, size_t len);

/* ---- dissect_queue.c: commands, their logins, their answers */

void dissect_push(struct dissect *, enum dissect_kind);

/* The same, to be found by its tag (IMAP). */
void dissect_push_tag(
    struct dissect *, enum dissect_kind, const char *tag, size_t len);

/* Give the last command a login; password NULL: there is none. */
void dissect_fill(struct dissect *, const char *login, size_t login_len,
    const char *password, size_t password_len);

/* The command of that tag, or -1. */
int dissect_find(const struct dissect *, const char *tag, size_t len);

/* Its answer has come. */
void dissect_settle(struct dissect *, size_t i, bool confirmed);

/*
 * The same for the first command of the protocols in which a login ends what
 * is of interest: stops after one that was confirmed, and before TLS.
 */
void dissect_answer(struct dissect *, size_t i, bool yes);

/* The name that a password is to follow; and the password, if one was named. */
void dissect_name_user(struct dissect *, const char *name, size_t len);
void dissect_fill_named(struct dissect *, const char *password, size_t len);

/* "user:password" of RFC 7617, as base64. */
void dissect_fill_basic(struct dissect *, const char *text, size_t len);

/* SASL: "MECHANISM [initial response]", for the last command. */
void dissect_sasl_begin(struct dissect *, const char *text, size_t len);
void dissect_sasl_line(struct dissect *, const char *line, size_t len);

#endif
