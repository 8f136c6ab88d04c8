#include "ctl/password.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static volatile sig_atomic_t caught;

static void
on_signal(int number)
{
	caught = number;
}

static int
take_line(struct secret *secret, char *line, ssize_t len)
{
	if (len > 0 && line[len - 1] == '\n')
		len--;
	if (len > 0 && line[len - 1] == '\r')
		len--;
	if (len <= 0 || len > 255)
		return -EINVAL;
	secret_set(secret, line, (size_t)len);
	return 0;
}

int
password_read(struct secret *secret, FILE *from)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len = getline(&line, &size, from);
	int err = take_line(secret, line, len);

	if (line != NULL)
		explicit_bzero(line, size);
	free(line);
	return err;
}

int
password_file(struct secret *secret, const char *path)
{
	FILE *f = fopen(path, "re");
	int err;

	if (f == NULL)
		return -errno;
	err = password_read(secret, f);
	(void)fclose(f);
	return err;
}

/* ---- the terminal */

static int
read_hidden(int tty, struct secret *secret, const char *prompt)
{
	char line[258];
	ssize_t n;
	int err;

	(void)!write(tty, prompt, strlen(prompt));
	n = read(tty, line, sizeof line); /* a line, as the terminal has it */
	err = n == -1 ? -errno : take_line(secret, line, n);
	explicit_bzero(line, sizeof line);
	(void)!write(tty, "\n", 1);
	return err;
}

static int
ask(int tty, struct secret *secret, const char *prompt, bool twice)
{
	struct secret again;
	int err = read_hidden(tty, secret, prompt);

	if (err != 0 || !twice)
		return err;
	err = read_hidden(tty, &again, "the same again: ");
	if (err == 0 && (again.len != secret->len ||
			    memcmp(again.bytes, secret->bytes, again.len) != 0))
		err = -EINVAL;
	secret_wipe(&again);
	return err;
}

int
password_ask(struct secret *secret, const char *prompt, bool twice)
{
	/* Without SA_RESTART: read() ends, and the echo comes back first. */
	const struct sigaction act = { .sa_handler = on_signal };
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT,
		SIGTSTP };
	struct sigaction before[sizeof numbers / sizeof *numbers];
	struct termios shown, hidden;
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY), err;

	if (tty == -1)
		return -ENXIO;
	caught = 0;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		(void)sigaction(numbers[i], &act, &before[i]);
	err = tcgetattr(tty, &shown) == -1 ? -errno : 0;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	if (err == 0 && tcsetattr(tty, TCSAFLUSH, &hidden) == -1)
		err = -errno;
	if (err == 0) {
		err = ask(tty, secret, prompt, twice);
		(void)tcsetattr(tty, TCSAFLUSH, &shown);
	}
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		(void)sigaction(numbers[i], &before[i], NULL);
	close(tty);
	if (caught != 0)
		(void)raise(caught);
	return err;
}
