/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "installer/boot_service.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "installer/kernel_word.h"
#include "lib/cleanup.h"
#include "lib/decimal.h"
#include "lib/loop.h"

#define WORD "vfield.boot"
/* Milliseconds between two texts that differ only in digits.  Arbitrary:
 * reporting a module's percentages must cost nothing. */
#define PAUSE_MS 1000
#define QUERY_BYTES 256

static int
address_of(const struct boot_service *b, struct sockaddr_in *in)
{
	char text[KERNEL_VALUE_MAX], *colon;
	const char *end;
	uint64_t port;

	*in = (struct sockaddr_in){.sin_family = AF_INET};
	if (kernel_value(b->kernel_line, WORD, text, sizeof text) == -1)
		return -1;
	colon = strchr(text, ':');
	if (colon == NULL)
		return -1;
	*colon = '\0';
	end = decimal_parse(colon + 1, &port);
	if (end == NULL || *end != '\0' || port == 0 || port > UINT16_MAX ||
	    inet_pton(AF_INET, text, &in->sin_addr) != 1)
		return -1;
	in->sin_port = htons(port);
	return 0;
}

bool
boot_service_there(const struct boot_service *b)
{
	struct sockaddr_in in;

	return address_of(b, &in) == 0;
}

/* Asks the service `query`, and reads as much of its answer as fits into
 * `answer`, ended by a NUL.  Returns 0; -1: there is no answer. */
static int
ask(const struct boot_service *b, const char *query, char *answer, size_t size)
{
	struct timeval limit = {.tv_usec = BOOT_SERVICE_MS / 2 * 1000};
	AUTO_CLOSE int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char request[QUERY_BYTES + 32];
	struct sockaddr_in in;
	size_t n = 0;
	ssize_t got;

	if (fd == -1 || address_of(b, &in) == -1 ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) ==
		-1 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) ==
		-1 ||
	    connect(fd, (struct sockaddr *)&in, sizeof in) == -1)
		return -1;
	snprintf(request, sizeof request, "GET /job?%s HTTP/1.0\r\n\r\n",
		 query);
	if (send(fd, request, strlen(request), MSG_NOSIGNAL) == -1)
		return -1;
	while (n < size - 1 &&
	       (got = recv(fd, answer + n, size - 1 - n, 0)) > 0)
		n += (size_t)got;
	answer[n] = '\0';
	return 0;
}

/* Encodes a text for the query of a URL (RFC 3986, "Percent-Encoding"). */
static void
encode(const char *text, char *to, size_t size)
{
	char *end = to + size - 4;

	for (; *text != '\0' && to < end; text++)
		to +=
		    sprintf(to, isalnum((unsigned char)*text) ? "%c" : "%%%02X",
			    (unsigned char)*text);
	*to = '\0';
}

/* Returns true if two texts differ only in digits. */
static bool
alike(const char *a, const char *b)
{
	for (; *a != '\0' && *b != '\0';) {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			a += strspn(a, "0123456789");
			b += strspn(b, "0123456789");
		} else if (*a++ != *b++) {
			return false;
		}
	}
	return *a == *b;
}

void
boot_service_tell(struct boot_service *b, const char *text)
{
	int64_t now = clock_now_ns();
	char query[QUERY_BYTES] = "say=", answer[64];

	if (alike(text, b->text) && now - b->told_ns < PAUSE_MS * NS_PER_MS)
		return;
	snprintf(b->text, sizeof b->text, "%s", text);
	encode(b->text, query + strlen(query), sizeof query - strlen(query));
	(void)ask(b, query, answer, sizeof answer);
	b->told_ns = clock_now_ns();
}

bool
boot_service_done(struct boot_service *b, uint64_t job)
{
	char query[QUERY_BYTES], answer[1024];
	const char *body;

	snprintf(query, sizeof query, "done=%" PRIu64, job);
	if (ask(b, query, answer, sizeof answer) == -1)
		return false;
	body = strstr(answer, "\r\n\r\n");
	return body != NULL && strcmp(body + 4, "disk\n") == 0;
}
