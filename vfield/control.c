/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "vfield/control.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/image_name.h"
#include "lib/loop.h"
#include "lib/socket_names.h"

#define FIRST_BYTES 65536

static int
dial_socket(const char *run_dir, const char *name)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	AUTO_CLOSE int fd =
	    socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int n;

	if (fd == -1)
		return -1;
	n = snprintf(sun.sun_path, sizeof sun.sun_path, "%s/%s", run_dir, name);
	if (n < 0 || (size_t)n >= sizeof sun.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if (connect(fd, (struct sockaddr *)&sun, sizeof sun) == -1)
		return -1;
	return TAKE_FD(fd);
}

/* Connects to the router in order to ask it `question`: by the socket for all
 * questions, or, for "status", by the socket for statuses if this user may not
 * use the former.  Returns the descriptor; or -1 and errno; EACCES: this user
 * may use neither. */
static int
dial(const char *run_dir, const char *question)
{
	int fd = dial_socket(run_dir, SOCKET_CONTROL);

	if (fd != -1 || errno != EACCES || strcmp(question, "status") != 0)
		return fd;
	fd = dial_socket(run_dir, SOCKET_STATUS);
	if (fd == -1 && errno == ENOENT)
		errno = EACCES;
	return fd;
}

/* Waits until a call on fd that has failed may be tried again.  Returns false
 * if it has failed for good, as errno says, or if the deadline has passed. */
static bool
may_go_on(int fd, short events, int64_t deadline_ns)
{
	struct pollfd p = {.fd = fd, .events = events};
	int64_t left_ns = deadline_ns - clock_now_ns();
	int n;

	if (errno == EINTR)
		return true;
	if (errno != EAGAIN)
		return false;
	n = poll(&p, 1, left_ns > 0 ? left_ns / NS_PER_MS + 1 : 0);
	if (n == 0)
		errno = ETIMEDOUT;
	return n > 0 || (n == -1 && errno == EINTR);
}

static int
send_all(int fd, const char *text, size_t len, int64_t deadline_ns)
{
	while (len > 0) {
		ssize_t n = send(fd, text, len, MSG_NOSIGNAL);

		if (n >= 0) {
			text += n;
			len -= n;
		} else if (!may_go_on(fd, POLLOUT, deadline_ns)) {
			return -1;
		}
	}
	return 0;
}

static int
make_room(char **buf, size_t *room)
{
	size_t want = *room ? 2 * *room : FIRST_BYTES;
	char *more;

	if (want > CONTROL_ANSWER_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	more = realloc(*buf, want + 1);
	if (more == NULL)
		return -1;
	*buf = more;
	*room = want;
	return 0;
}

static char *
receive_all(int fd, int64_t deadline_ns)
{
	AUTO_FREE char *buf = NULL;
	size_t len = 0, room = 0;

	for (;;) {
		ssize_t n;

		if (len == room && make_room(&buf, &room) == -1)
			return NULL;
		n = recv(fd, buf + len, room - len, 0);
		if (n == 0)
			break;
		if (n > 0)
			len += n;
		else if (!may_go_on(fd, POLLIN, deadline_ns))
			return NULL;
	}
	buf[len] = '\0';
	return TAKE_PTR(buf);
}

char *
control_ask_within(const char *run_dir, const char *question, int ms)
{
	int64_t deadline_ns = clock_now_ns() + (int64_t)ms * NS_PER_MS;
	AUTO_FREE char *line = NULL;
	AUTO_CLOSE int fd = dial(run_dir, question);
	int len;

	if (fd == -1)
		return NULL;
	len = asprintf(&line, "%s\n", question);
	if (len == -1)
		return NULL;
	if (send_all(fd, line, len, deadline_ns) == -1)
		return NULL;
	return receive_all(fd, deadline_ns);
}

char *
control_ask(const char *run_dir, const char *question)
{
	return control_ask_within(run_dir, question, CONTROL_TIMEOUT_MS);
}

struct json_object *
control_ask_json_within(const char *run_dir, const char *question, int ms)
{
	AUTO_FREE char *text = control_ask_within(run_dir, question, ms);
	struct json_object *o;

	if (text == NULL)
		return NULL;
	o = json_tokener_parse(text);
	if (json_object_is_type(o, json_type_object))
		return o;
	json_object_put(o);
	errno = EPROTO;
	return NULL;
}

struct json_object *
control_ask_json(const char *run_dir, const char *question)
{
	return control_ask_json_within(run_dir, question, CONTROL_TIMEOUT_MS);
}

struct json_object *
control_resolve(const char *run_dir, const char *name)
{
	AUTO_FREE char *question = NULL;

	if (asprintf(&question, "resolve %s", name) == -1)
		return NULL;
	return control_ask_json(run_dir, question);
}

void
control_complain(const char *program, const char *run_dir)
{
	int error = errno;

	if (error == ENOENT || error == ECONNREFUSED)
		fprintf(stderr,
			"%s: no node runs in %s (%s): start one with vfield "
			"serve or vfield join, or name its directory with "
			"--run-dir\n",
			program, run_dir, strerror(error));
	else if (error == ETIMEDOUT)
		fprintf(stderr,
			"%s: the router in %s gives no answer: is it "
			"stopped?\n",
			program, run_dir);
	else if (error == EACCES)
		fprintf(stderr,
			"%s: %s/" SOCKET_CONTROL ": %s: try it as root (vfield "
			"status: or as one of the group vfield)\n",
			program, run_dir, strerror(error));
	else
		fprintf(stderr, "%s: %s/" SOCKET_CONTROL ": %s\n", program,
			run_dir, strerror(error));
}

static struct json_object *
field(struct json_object *o, const char *key, enum json_type type)
{
	struct json_object *v;

	if (!json_object_is_type(o, json_type_object) ||
	    !json_object_object_get_ex(o, key, &v) ||
	    !json_object_is_type(v, type))
		return NULL;
	return v;
}

uint64_t
control_number(struct json_object *o, const char *key)
{
	struct json_object *v = field(o, key, json_type_int);

	if (v != NULL)
		return json_object_get_uint64(v);
	v = field(o, key, json_type_double);
	if (v == NULL || !(json_object_get_double(v) > 0))
		return 0;
	return json_object_get_double(v) < 1e18 ? json_object_get_double(v)
						: (uint64_t)1e18;
}

bool
control_bool(struct json_object *o, const char *key)
{
	struct json_object *v = field(o, key, json_type_boolean);

	return v != NULL && json_object_get_boolean(v);
}

const char *
control_string(struct json_object *o, const char *key)
{
	struct json_object *v = field(o, key, json_type_string);

	return v != NULL ? json_object_get_string(v) : "";
}

struct json_object *
control_object(struct json_object *o, const char *key)
{
	return field(o, key, json_type_object);
}

struct json_object *
control_array(struct json_object *o, const char *key, size_t *n)
{
	struct json_object *v = field(o, key, json_type_array);

	*n = v != NULL ? json_object_array_length(v) : 0;
	return v;
}

static int
compare_names(const void *a, const void *b)
{
	struct json_object *const *x = a, *const *y = b;
	int order =
	    strverscmp(control_string(*x, "name"), control_string(*y, "name"));

	if (order != 0)
		return order;
	return strcmp(control_string(*x, "id"), control_string(*y, "id"));
}

struct json_object *
control_array_by_name(struct json_object *o, const char *key, size_t *n)
{
	struct json_object *v = control_array(o, key, n);

	if (v != NULL)
		json_object_array_sort(v, compare_names);
	return v;
}

bool
control_image_is(struct json_object *image, const char *name)
{
	const char *id = control_string(image, "id");
	struct digest d;

	return strcmp(control_string(image, "name"), name) == 0 ||
	       (digest_parse(id, strlen(id), &d) == 0 &&
		image_is_called(name, strlen(name),
				control_string(image, "name"), &d));
}
