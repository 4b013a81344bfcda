/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "authority/passphrase.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "lib/cleanup.h"

/* Reads a line into `to`.  Returns 0, or -1 and errno. */
static int
read_line(FILE *f, char to[PASSPHRASE_MAX])
{
	bool read = fgets(to, PASSPHRASE_MAX, f) != NULL;
	size_t len = read ? strcspn(to, "\r\n") : 0;

	if (len > 0 && (to[len] != '\0' || feof(f))) {
		to[len] = '\0';
		return 0;
	}
	explicit_bzero(to, PASSPHRASE_MAX);
	errno = ferror(f) ? EIO : ENODATA;
	return -1;
}

/* Asks at the terminal, which meanwhile echoes nothing, and sends no signals,
 * since one could end the process before the echo is on again. */
static int
ask(FILE *tty, const char *question, const char *what, char to[PASSPHRASE_MAX])
{
	struct termios was, quiet;
	int ret;

	if (tcgetattr(fileno(tty), &was) == -1)
		return -1;
	quiet = was;
	quiet.c_lflag &= ~(ECHO | ISIG);
	if (tcsetattr(fileno(tty), TCSAFLUSH, &quiet) == -1)
		return -1;
	dprintf(fileno(tty), "%s of %s: ", question, what);
	ret = read_line(tty, to);
	dprintf(fileno(tty), "\n");
	tcsetattr(fileno(tty), TCSAFLUSH, &was);
	if (ret == 0 && was.c_cc[VINTR] != _POSIX_VDISABLE &&
	    strchr(to, was.c_cc[VINTR]) != NULL) {
		explicit_bzero(to, PASSPHRASE_MAX);
		errno = EINTR;
		ret = -1;
	}
	return ret;
}

static int
ask_twice(FILE *tty, const char *what, char to[PASSPHRASE_MAX])
{
	char again[PASSPHRASE_MAX];
	int ret = ask(tty, "Passphrase", what, to);

	if (ret == 0)
		ret = ask(tty, "Again, passphrase", what, again);
	if (ret == 0 && strcmp(to, again) != 0) {
		errno = EAGAIN;
		ret = -1;
	}
	explicit_bzero(again, sizeof again);
	return ret;
}

int
passphrase_read(const char *what, bool twice, char to[PASSPHRASE_MAX])
{
	const char *path = getenv(PASSPHRASE_FILE);
	bool given = path != NULL && path[0] != '\0';
	AUTO_FCLOSE FILE *f =
	    fopen(given ? path : "/dev/tty", given ? "re" : "r+e");

	if (f == NULL) {
		errno = given ? ENOKEY : ENXIO;
		return -1;
	}
	if (given)
		return read_line(f, to);
	return twice ? ask_twice(f, what, to) : ask(f, "Passphrase", what, to);
}
