/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/rights.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "authority/cluster_key.h"
#include "lib/become.h"
#include "lib/cleanup.h"
#include "lib/hex.h"
#include "lib/log.h"
#include "lib/pass_fds.h"
#include "lib/path_in.h"
#include "lib/program_dir.h"
#include "lib/run_as.h"
#include "lib/socket_names.h"

#define KEY_LINE (2 * CLUSTER_KEY_BYTES + 1)
#define TEXT_BYTES 512
#define EXTRACT_NICE 5
#define CAPS                                                                   \
	(1U << CAP_NET_RAW | 1U << CAP_NET_ADMIN | 1U << CAP_NET_BIND_SERVICE)

_Static_assert(EXTRACT_WHY <= TEXT_BYTES && PORT_OWNER <= TEXT_BYTES, "");
_Static_assert(1 + EXTRACT_FILES <= PASS_FDS_MAX, "");

enum what { MEMBER, MACHINES, ADMITTED, KEY, OWNER, SITE, EXTRACT };

/* A request.  Its first descriptor is the socket for the reply. */
struct request {
	enum what what;
	uint16_t port;    /* for OWNER */
	struct digest id; /* for EXTRACT: the image */
};

struct reply {
	/* 0 or an errno value; of SITE a wait status, of EXTRACT an enum
	 * extracted */
	int result;
	char text[TEXT_BYTES];
};

struct rights {
	const struct boot_config *c;
	struct run_as user;
	int fd; /* this process's end of the pair of sockets */
};

/* --- root's process --- */

static int
connect_member(const struct boot_config *c)
{
	AUTO_FREE char *path = path_in(c->set.run_dir, SOCKET_MEMBER);
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	AUTO_CLOSE int fd =
	    socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return -1;
	if (strlen(path) >= sizeof un.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(un.sun_path, path, strlen(path));
	if (connect(fd, (struct sockaddr *)&un, sizeof un) == -1)
		return -1;
	return TAKE_FD(fd);
}

/* Writes the cluster key's lines.  Returns 0 or an errno value. */
static int
read_key(const struct boot_config *c, char text[TEXT_BYTES])
{
	struct cluster_keys ks;

	if (c->set.admit == NULL)
		return EACCES;
	if (cluster_keys_read(c->set.cluster_key, &ks) == -1)
		return errno;
	_Static_assert(sizeof ks.key / sizeof *ks.key * KEY_LINE < TEXT_BYTES,
		       "");
	for (size_t k = 0; k < ks.n; k++) {
		text = hex_write(ks.key[k].b, CLUSTER_KEY_BYTES, text);
		text = stpcpy(text, "\n");
	}
	explicit_bzero(&ks, sizeof ks);
	return 0;
}

/* Runs `vfield site machines`.  Returns its wait status. */
static int
run_site(const struct boot_config *c, int out)
{
	AUTO_FREE char *bin = program_dir();
	AUTO_FREE char *vfield = path_in(bin, "vfield");
	const char *argv[] = {vfield,      "site",         "machines",
			      "--run-dir", c->set.run_dir, NULL};
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (dup2(out, STDOUT_FILENO) != -1)
			execv(vfield, (char *const *)argv);
		_exit(127);
	}
	if (pid != -1)
		waitpid(pid, &status, 0);
	return status;
}

static int
extract_to(const struct boot_config *c, const struct request *q,
	   const int fds[EXTRACT_FILES], char why[TEXT_BYTES])
{
	AUTO_FREE char *socket = path_in(c->set.run_dir, SOCKET_ROUTER);
	struct extract_files out;

	memcpy(out.fd, fds, sizeof out.fd);
	return extract(socket, &q->id, &out, why);
}

/* Returns a descriptor for the reply, or -1 with an error in a->result. */
static int
open_for(const struct boot_config *c, enum what what, struct reply *a)
{
	const char *path = what == MACHINES ? c->set.machines : c->set.admitted;
	int fd = what == MEMBER ? connect_member(c)
				: open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	a->result = fd == -1 ? errno : 0;
	return fd;
}

/* Does what was asked, in a process of its own. */
static void __attribute__((noreturn))
serve_one(const struct boot_config *c, const struct request *q, const int *fds,
	  size_t n)
{
	struct reply a = {.result = EINVAL};
	int fd = -1;

	signal(SIGCHLD, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	/* SIGIO ends this process when who has asked closes its socket */
	fcntl(fds[0], F_SETOWN, getpid());
	fcntl(fds[0], F_SETFL, O_ASYNC);
	if (q->what == EXTRACT) {
		prctl(PR_SET_NAME, "vfield-bootfile");
		setpriority(PRIO_PROCESS, 0, EXTRACT_NICE);
	}
	if (q->what == KEY)
		a.result = read_key(c, a.text);
	else if (q->what == SITE && n == 2)
		a.result = run_site(c, fds[1]);
	else if (q->what == EXTRACT && n == 1 + EXTRACT_FILES)
		a.result = extract_to(c, q, fds + 1, a.text);
	else if (q->what == OWNER)
		port_owner(q->port, a.text);
	else if (q->what <= ADMITTED)
		fd = open_for(c, q->what, &a);
	(void)pass_fds_send(fds[0], &a, sizeof a, &fd, fd != -1);
	_exit(EXIT_SUCCESS);
}

static void __attribute__((noreturn)) serve(const struct boot_config *c, int fd)
{
	int fds[PASS_FDS_MAX];
	struct request q;
	ssize_t got;
	size_t n;

	prctl(PR_SET_NAME, "vfield-bootroot");
	/* the terminal's signals, and systemd's, are for the service */
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	while ((got = pass_fds_receive(fd, &q, sizeof q, fds, &n)) > 0) {
		if (got == sizeof q && n > 0 && fork() == 0) {
			close(fd);
			serve_one(c, &q, fds, n);
		}
		while (n > 0)
			close(fds[--n]);
	}
	_exit(EXIT_SUCCESS);
}

/* --- the service --- */

struct rights *
rights_new(const struct boot_config *c)
{
	AUTO_FREE struct rights *r = calloc(1, sizeof *r);
	int ends[2];
	pid_t pid;

	if (r == NULL ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		return NULL;
	r->c = c;
	r->fd = ends[0];
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		serve(c, ends[1]);
	}
	close(ends[1]);
	if (pid == -1) {
		close(ends[0]);
		return NULL;
	}
	r->user = run_as_find(RUN_AS_BOOT);
	return TAKE_PTR(r);
}

int
rights_give_up(struct rights *r)
{
	return run_as_become(&r->user, CAPS);
}

void
rights_free(struct rights *r)
{
	if (r == NULL)
		return;
	close(r->fd);
	free(r);
}

int
rights_fd(const struct rights *r)
{
	return r->fd;
}

void
rights_keep(const struct rights *r, int fd)
{
	unsigned low = fd < r->fd ? fd : r->fd, high = fd < r->fd ? r->fd : fd;

	if (low > STDERR_FILENO + 1)
		close_range(STDERR_FILENO + 1, low - 1, 0);
	if (high > low + 1)
		close_range(low + 1, high - 1, 0);
	close_range(high + 1, ~0U, 0);
}

/* Returns whether the names of all files of a directory begin with `name`. */
static bool
has_only(const char *dir, const char *name)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	bool only = d != NULL;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.' &&
		    strncmp(e->d_name, name, strlen(name)) != 0)
			only = false;
	if (d != NULL)
		closedir(d);
	return only;
}

static int
give(const char *path, const struct run_as *to)
{
	char *const all[] = {(char *)path, NULL};
	FTS *walk = fts_open(all, FTS_PHYSICAL | FTS_XDEV | FTS_NOCHDIR, NULL);
	FTSENT *e;
	int result = walk == NULL ? -1 : 0;

	while (walk != NULL && (e = fts_read(walk)) != NULL)
		if (lchown(e->fts_accpath, to->uid, to->gid) == -1)
			result = -1;
	if (walk != NULL)
		fts_close(walk);
	return result;
}

int
rights_own(const struct rights *r, const char *dir, const char *only)
{
	AUTO_FREE char *real = NULL;
	struct stat st;

	if (r->user.name == NULL)
		return 0;
	real = realpath(dir, NULL);
	if (real == NULL || stat(real, &st) == -1)
		return -1;
	if (st.st_uid == r->user.uid)
		return 0;
	/* In another user's directory a path may lead anywhere.  Nobody's is
	 * one of a boot service that ran before there was its user. */
	if (st.st_uid != 0 && st.st_uid != RUN_AS_NOBODY) {
		log_error("%s belongs to uid %u: if that was a boot service, "
			  "chown -R root %s",
			  dir, (unsigned)st.st_uid, real);
		errno = EPERM;
		return -1;
	}
	errno = ENOTEMPTY;
	if (only != NULL && !has_only(real, only))
		return -1;
	return give(real, &r->user);
}

/* Asks root's process, and waits for the reply: for wait_ms at most, unless
 * that is 0.  If fd is not NULL, sets *fd to the reply's descriptor, which
 * there is if a->result is 0. */
static int
ask(const struct rights *r, const struct request *q, const int *fds, size_t n,
    int wait_ms, struct reply *a, int *fd)
{
	const struct timeval limit = {wait_ms / 1000, wait_ms % 1000 * 1000};
	int ends[2], all[PASS_FDS_MAX], got[PASS_FDS_MAX], sent;
	size_t ngot;
	ssize_t len;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		return -1;
	AUTO_CLOSE int mine = ends[0];

	all[0] = ends[1];
	if (n > 0)
		memcpy(all + 1, fds, n * sizeof *fds);
	sent = pass_fds_send(r->fd, q, sizeof *q, all, n + 1);
	close(ends[1]);
	if (sent == -1 || setsockopt(mine, SOL_SOCKET, SO_RCVTIMEO, &limit,
				     sizeof limit) == -1)
		return -1;
	len = pass_fds_receive(mine, a, sizeof *a, got, &ngot);
	if (len == sizeof *a && ngot == (fd != NULL && a->result == 0)) {
		a->text[TEXT_BYTES - 1] = '\0';
		if (ngot == 1)
			*fd = got[0];
		return 0;
	}
	while (ngot > 0)
		close(got[--ngot]);
	errno = len == -1 ? errno : EIO;
	return -1;
}

static int
ask_fd(const struct rights *r, enum what what)
{
	const struct request q = {.what = what};
	struct reply a;
	int fd;

	if (ask(r, &q, NULL, 0, RIGHTS_ANSWER_MS, &a, &fd) == -1)
		return -1;
	if (a.result == 0)
		return fd;
	errno = a.result;
	return -1;
}

int
rights_member(const struct rights *r)
{
	return ask_fd(r, MEMBER);
}

int
rights_machines(const struct rights *r)
{
	return ask_fd(r, MACHINES);
}

int
rights_admitted(const struct rights *r)
{
	return ask_fd(r, ADMITTED);
}

char *
rights_key(const struct rights *r)
{
	const struct request q = {.what = KEY};
	struct reply a;
	char *text = NULL;

	if (ask(r, &q, NULL, 0, RIGHTS_ANSWER_MS, &a, NULL) == -1)
		a.result = errno;
	if (a.result == 0)
		text = strdup(a.text);
	else
		log_error("%s: %s", r->c->set.cluster_key,
			  a.result == EINVAL ? "not a cluster key"
			  : a.result == EPERM
			      ? "others can read the cluster key"
			      : strerror(a.result));
	explicit_bzero(&a, sizeof a);
	return text;
}

void
rights_port_owner(const struct rights *r, uint16_t port, char owner[PORT_OWNER])
{
	const struct request q = {.what = OWNER, .port = port};
	struct reply a;

	if (ask(r, &q, NULL, 0, RIGHTS_ANSWER_MS, &a, NULL) == -1)
		snprintf(a.text, sizeof a.text, "another program");
	snprintf(owner, PORT_OWNER, "%.*s", PORT_OWNER - 1, a.text);
}

int
rights_site(const struct rights *r, int fd)
{
	const struct request q = {.what = SITE};
	struct reply a;

	return ask(r, &q, &fd, 1, 0, &a, NULL) == -1 ? -1 : a.result;
}

enum extracted
rights_extract(const struct rights *r, const struct digest *id,
	       const struct extract_files *out, char why[EXTRACT_WHY])
{
	const struct request q = {.what = EXTRACT, .id = *id};
	struct reply a;

	if (ask(r, &q, out->fd, EXTRACT_FILES, 0, &a, NULL) == -1) {
		snprintf(why, EXTRACT_WHY, "reading it has ended early");
		return EXTRACT_FAILED;
	}
	snprintf(why, EXTRACT_WHY, "%.*s", EXTRACT_WHY - 1, a.text);
	return a.result;
}
