#include "tui/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

const char tty_paste_on[] = "\033[?2004h", tty_paste_off[] = "\033[?2004l";

static const char mouse_on[] = "\033[?1000h\033[?1006h",
		  mouse_off[] = "\033[?1006l\033[?1000l";

static struct {
	bool saved, raw;
	bool mouse; /* it reports */
	struct termios before;
	int fd;
	int errors, real_stderr; /* hidden standard error; 0: not hidden */
} tty;

int
tty_open(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	return fd == -1 ? -errno : fd;
}

int
tty_raw(int fd)
{
	struct termios t;

	if (!tty.saved && tcgetattr(fd, &tty.before) == -1)
		return -errno;
	tty.saved = true;
	t = tty.before;
	t.c_iflag &=
	    (tcflag_t) ~(BRKINT | ICRNL | INLCR | IGNCR | ISTRIP | IXON);
	t.c_oflag &= (tcflag_t)~OPOST;
	t.c_lflag &= (tcflag_t) ~(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	if (tcsetattr(fd, TCSADRAIN, &t) == -1)
		return -errno;
	tty.raw = true;
	return 0;
}

const char *
tty_mouse(bool on)
{
	const char *text = on ? mouse_on : tty.mouse ? mouse_off : "";

	tty.mouse = on;
	return text;
}

void
tty_restore(int fd)
{
	if (tty.raw)
		(void)tcsetattr(fd, TCSADRAIN, &tty.before);
	tty.raw = false;
}

void
tty_size(int fd, int *w, int *h)
{
	struct winsize size = { 0 };

	*w = 80;
	*h = 24;
	if (ioctl(fd, TIOCGWINSZ, &size) == -1 || size.ws_col == 0 ||
	    size.ws_row == 0)
		return;
	*w = size.ws_col;
	*h = size.ws_row;
}

/* What was kept, to where it was meant for. Safe in a signal handler. */
static void
replay_errors(void)
{
	char text[1024];
	off_t end = lseek(tty.errors, 0, SEEK_CUR), at = 0;

	while (at < end) {
		size_t want = (size_t)(end - at);
		ssize_t n = pread(tty.errors, text,
		    want < sizeof text ? want : sizeof text, at);

		if (n <= 0 || write(tty.real_stderr, text, (size_t)n) != n)
			return;
		at += n;
	}
}

/* Only what is safe in a signal handler: no curses, no memory. */
static void
on_crash(int number)
{
	static const char back[] = "\033[?2026l\033[?1049l\033[?25h\033[?2004l"
				   "\033[0m\r\n";

	if (tty.raw) {
		if (tty.mouse)
			(void)!write(tty.fd, mouse_off, sizeof mouse_off - 1);
		(void)!write(tty.fd, back, sizeof back - 1);
		(void)tcsetattr(tty.fd, TCSANOW, &tty.before);
	}
	if (tty.errors != 0)
		replay_errors();
	(void)raise(number); /* SA_RESETHAND: now the usual way */
}

void
tty_guard(int fd)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT,
		SIGSYS };
	static char stack[16384];
	stack_t other = { .ss_sp = stack, .ss_size = sizeof stack };
	struct sigaction action = { .sa_handler = on_crash,
		.sa_flags = SA_ONSTACK | (int)SA_RESETHAND | SA_NODEFER };
	struct rlimit none = { 0, 0 };

	tty.fd = fd;
	(void)setrlimit(RLIMIT_CORE, &none);
	(void)sigaltstack(&other, NULL);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		(void)sigaction(signals[i], &action, NULL);
}

void
tty_hide_errors(void)
{
	int memory =
	    memfd_create("standard error", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (memory == -1)
		return;
	/* The first words matter most; what does not fit is lost. */
	(void)ftruncate(memory, TTY_ERRORS);
	(void)fcntl(memory, F_ADD_SEALS, F_SEAL_GROW);
	tty.real_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	tty.errors = memory;
	(void)dup2(memory, STDERR_FILENO);
}

void
tty_show_errors(void)
{
	if (tty.errors == 0)
		return;
	(void)dup2(tty.real_stderr, STDERR_FILENO);
	replay_errors();
	(void)close(tty.real_stderr);
	(void)close(tty.errors);
	tty.errors = 0;
}
