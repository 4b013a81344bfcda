/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>

#include "lib/cleanup.h"
#include "lib/decimal.h"
#include "lib/digest.h"
#include "lib/log.h"
#include "boot/http_range.h"

/* Bytes of memory for each connection, in which a request and its headers must
 * fit.  Arbitrary. */
#define CONNECTION_MEMORY 8192
#define ID_DIGITS (DIGEST_HEX - 1)
#define FILE_BYTES (ID_DIGITS + 32)

enum what { NOTHING, SCRIPT, UP, JOB, KEY, KERNEL, INITRD, SIGNED, LOADER };

struct http {
	struct loop *loop;
	const struct http_ops *ops;
	void *ctx;
	const char *dir;
	struct MHD_Daemon *daemon;
	struct loop_source source;
	struct loop_timer timer;
};

struct request {
	struct http *h;
	enum what what;
	char file[FILE_BYTES]; /* path of the file, relative to h->dir */
	struct http_client who;
};

static const struct {
	const char *name;
	enum what what;
} offered[] = {
    {"vmlinuz", KERNEL},     {"initrd", INITRD},   {"undionly.kpxe", LOADER},
    {"snponly.efi", LOADER}, {"ipxe.efi", LOADER}, {"vfield.efi", SIGNED},
};

#define NFILES (sizeof offered / sizeof *offered)

static enum MHD_Result
answer_text(struct MHD_Connection *c, unsigned status, char *text, bool ours)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
	    strlen(text), text,
	    ours ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result;

	if (r == NULL) {
		if (ours)
			free(text);
		return MHD_NO;
	}
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	result = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return result;
}

static enum MHD_Result
refuse(struct MHD_Connection *c, unsigned status)
{
	static char none[] = "";

	return answer_text(c, status, none, false);
}

static struct MHD_Response *
response_of(int fd, uint64_t first, uint64_t length)
{
	struct MHD_Response *r =
	    MHD_create_response_from_fd_at_offset64(length, fd, first);

	if (r == NULL)
		return NULL;
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE,
				"application/octet-stream");
	MHD_add_response_header(r, MHD_HTTP_HEADER_ACCEPT_RANGES, "bytes");
	return r;
}

/* Opens the file of a request and sets *size to its size.  If the file is
 * replaced while it is sent, the client still gets the old file.  Returns the
 * descriptor; -1 and sets errno on failure. */
static int
open_file(const struct request *q, uint64_t *size)
{
	AUTO_FREE char *path = NULL;
	AUTO_CLOSE int fd = -1;
	struct stat st;

	if (asprintf(&path, "%s/%s", q->h->dir, q->file) == -1)
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1 || fstat(fd, &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	*size = st.st_size;
	return TAKE_FD(fd);
}

static enum MHD_Result
answer_bytes(struct MHD_Connection *c, int *fd, uint64_t first, uint64_t length,
	     const char *range)
{
	struct MHD_Response *r = response_of(*fd, first, length);
	enum MHD_Result result;

	if (r == NULL)
		return refuse(c, MHD_HTTP_SERVICE_UNAVAILABLE);
	TAKE_FD(*fd); /* the response closes the descriptor */
	if (range != NULL)
		MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_RANGE,
					range);
	result = MHD_queue_response(
	    c, range != NULL ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK, r);
	MHD_destroy_response(r);
	return result;
}

static enum MHD_Result
answer_part(struct MHD_Connection *c, int *fd, uint64_t first, uint64_t length,
	    uint64_t size)
{
	char text[80];

	snprintf(text, sizeof text, "bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64,
		 first, first + length - 1, size);
	return answer_bytes(c, fd, first, length, text);
}

static enum MHD_Result
answer_file(struct MHD_Connection *c, struct request *q)
{
	const char *range = MHD_lookup_connection_value(c, MHD_HEADER_KIND,
							MHD_HTTP_HEADER_RANGE);
	uint64_t size = 0, first, length;
	AUTO_CLOSE int fd = open_file(q, &size);

	if (fd == -1) {
		/* an image's files may be removed already, or may not be here
		 * yet */
		if (errno == ENOENT)
			log_debug("HTTP: no %s", q->file);
		else
			log_error("%s/%s: %m", q->h->dir, q->file);
		q->what = NOTHING;
		return refuse(c, MHD_HTTP_NOT_FOUND);
	}
	if (range != NULL) {
		if (http_range(range, size, &first, &length) == 0)
			return answer_part(c, &fd, first, length, size);
		if (errno == ERANGE)
			return refuse(c, MHD_HTTP_RANGE_NOT_SATISFIABLE);
	}
	return answer_bytes(c, &fd, 0, size, NULL);
}

static enum MHD_Result
answer_job(struct MHD_Connection *c, const struct request *q)
{
	const char *said =
	    MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "say");
	const char *done =
	    MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "done");
	const char *end = NULL, *text;
	uint64_t number = 0;

	if (done != NULL)
		end = decimal_parse(done, &number);
	if (done != NULL && (end == NULL || *end != '\0'))
		return refuse(c, MHD_HTTP_BAD_REQUEST);
	text = q->h->ops->job(q->h->ctx, &q->who, said, number);
	return answer_text(c, MHD_HTTP_OK, (char *)(uintptr_t)text, false);
}

static enum MHD_Result
answer(struct MHD_Connection *c, struct request *q)
{
	struct http *h = q->h;
	char *text;

	switch (q->what) {
	case SCRIPT:
		text = h->ops->script(h->ctx, &q->who);
		if (text == NULL)
			return refuse(c, MHD_HTTP_SERVICE_UNAVAILABLE);
		return answer_text(c, MHD_HTTP_OK, text, true);
	case UP:
		h->ops->event(h->ctx, &q->who, HTTP_UP);
		return refuse(c, MHD_HTTP_NO_CONTENT);
	case KEY:
		text = h->ops->key(h->ctx, &q->who);
		if (text == NULL)
			return refuse(c, MHD_HTTP_FORBIDDEN);
		return answer_text(c, MHD_HTTP_OK, text, true);
	case JOB:
		return answer_job(c, q);
	case KERNEL:
	case SIGNED:
		h->ops->event(h->ctx, &q->who, HTTP_KERNEL_BEGUN);
		return answer_file(c, q);
	case INITRD:
	case LOADER:
		return answer_file(c, q);
	case NOTHING:
		break;
	}
	return refuse(c, MHD_HTTP_NOT_FOUND);
}

static void
find_client(struct MHD_Connection *c, struct http_client *who)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const char *mac =
	    MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "mac");
	struct sockaddr_in in;

	if (info != NULL && info->client_addr->sa_family == AF_INET) {
		memcpy(&in, info->client_addr, sizeof in);
		who->ip = ntohl(in.sin_addr.s_addr);
	}
	who->has_mac = mac != NULL && mac_parse(mac, who->mac) == 0;
}

/* Sets the kind and the path of the file in q by a URL: "/NAME", or "/ID/NAME"
 * for a file of the image ID.  Leaves q unchanged if there is no such file. */
static void
find_file(struct request *q, const char *url)
{
	const char *name = url + 1;
	struct digest id;

	if (url[0] != '/')
		return;
	if (strlen(name) > ID_DIGITS && name[ID_DIGITS] == '/' &&
	    digest_parse(name, ID_DIGITS, &id) == 0)
		name += ID_DIGITS + 1;
	for (size_t i = 0; i < NFILES; i++)
		if (strcmp(name, offered[i].name) == 0) {
			q->what = offered[i].what;
			snprintf(q->file, sizeof q->file, "%s", url + 1);
		}
}

static struct request *
request_new(struct http *h, struct MHD_Connection *c, const char *url)
{
	struct request *q = calloc(1, sizeof *q);

	if (q == NULL)
		return NULL;
	q->h = h;
	find_client(c, &q->who);
	if (strcmp(url, "/boot.ipxe") == 0)
		q->what = SCRIPT;
	else if (strcmp(url, "/up") == 0)
		q->what = UP;
	else if (strcmp(url, "/job") == 0)
		q->what = JOB;
	else if (strcmp(url, "/key") == 0)
		q->what = KEY;
	else
		find_file(q, url);
	return q;
}

/* Takes a request from libmicrohttpd, which calls this function once when the
 * headers have come, and once more, to get the answer, when the body has. */
static enum MHD_Result
on_request(void *ctx, struct MHD_Connection *c, const char *url,
	   const char *method, const char *version, const char *data,
	   size_t *size, void **request)
{
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
	    strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
		return refuse(c, MHD_HTTP_METHOD_NOT_ALLOWED);
	if (*request == NULL) {
		*request = request_new(ctx, c, url);
		return *request != NULL ? MHD_YES : MHD_NO;
	}
	if (*size != 0)
		return MHD_NO; /* a request that has a body is cut off */
	return answer(c, *request);
}

static void
on_completed(void *ctx, struct MHD_Connection *c, void **request,
	     enum MHD_RequestTerminationCode why)
{
	struct request *q = *request;

	if (q == NULL)
		return;
	if ((q->what == INITRD || q->what == SIGNED) &&
	    why == MHD_REQUEST_TERMINATED_COMPLETED_OK)
		q->h->ops->event(q->h->ctx, &q->who, HTTP_INITRD_DONE);
	free(q);
	*request = NULL;
}

static void __attribute__((format(printf, 2, 0)))
on_log(void *ctx, const char *fmt, va_list ap)
{
	char text[256];

	vsnprintf(text, sizeof text, fmt, ap);
	log_debug("HTTP: %s", text);
}

static void
run(struct http *h)
{
	MHD_UNSIGNED_LONG_LONG ms;

	MHD_run(h->daemon);
	if (MHD_get_timeout(h->daemon, &ms) == MHD_YES)
		loop_timer_set(h->loop, &h->timer,
			       clock_now_ns() + (int64_t)ms * NS_PER_MS);
	else
		loop_timer_cancel(h->loop, &h->timer);
}

static void
on_ready(void *ctx, uint32_t events)
{
	run(ctx);
}

static void
on_timer(void *ctx)
{
	run(ctx);
}

static int
start(struct http *h, uint32_t address, uint16_t port)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(address),
				 .sin_port = htons(port)};
	const union MHD_DaemonInfo *info;

	errno = 0;
	h->daemon = MHD_start_daemon(
	    MHD_USE_EPOLL | MHD_USE_ERROR_LOG, port, NULL, NULL, on_request, h,
	    MHD_OPTION_EXTERNAL_LOGGER, on_log, h, MHD_OPTION_SOCK_ADDR, &in,
	    MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)HTTP_CONNECTIONS, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
	    (unsigned)HTTP_CONNECTIONS_IP, MHD_OPTION_CONNECTION_TIMEOUT,
	    (unsigned)HTTP_IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
	    (size_t)CONNECTION_MEMORY, MHD_OPTION_LISTEN_BACKLOG_SIZE,
	    (unsigned)HTTP_CONNECTIONS, MHD_OPTION_NOTIFY_COMPLETED,
	    on_completed, h, MHD_OPTION_END);
	if (h->daemon == NULL) {
		if (errno == 0)
			errno = EIO;
		return -1;
	}
	info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL || info->epoll_fd == -1) {
		errno = ENOSYS;
		return -1;
	}
	h->source = (struct loop_source){.fd = info->epoll_fd,
					 .events = EPOLLIN,
					 .ready = on_ready,
					 .ctx = h};
	return loop_add(h->loop, &h->source);
}

struct http *
http_new(struct loop *l, uint32_t address, uint16_t port, const char *dir,
	 const struct http_ops *ops, void *ctx)
{
	struct http *h = calloc(1, sizeof *h);

	if (h == NULL)
		return NULL;
	h->loop = l;
	h->ops = ops;
	h->ctx = ctx;
	h->dir = dir;
	h->timer.fire = on_timer;
	h->timer.ctx = h;
	if (start(h, address, port) == 0)
		return h;
	http_free(h);
	return NULL;
}

void
http_free(struct http *h)
{
	int saved = errno;

	if (h == NULL)
		return;
	loop_timer_cancel(h->loop, &h->timer);
	if (h->source.added)
		loop_remove(h->loop, &h->source);
	if (h->daemon != NULL)
		MHD_stop_daemon(h->daemon);
	free(h);
	errno = saved;
}
