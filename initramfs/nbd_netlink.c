/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "initramfs/nbd_netlink.h"

#include <errno.h>
#include <linux/genetlink.h>
#include <linux/nbd-netlink.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGE_MAX 8192

/* A netlink message to be sent, or one that was received. */
struct message {
	union {
		struct nlmsghdr header;
		uint8_t bytes[MESSAGE_MAX];
	};
};

static void *
message_end(struct message *m)
{
	return m->bytes + NLMSG_ALIGN(m->header.nlmsg_len);
}

static void
message_init(struct message *m, uint16_t family, uint8_t command)
{
	struct genlmsghdr *g;

	memset(m, 0, sizeof *m);
	m->header.nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN);
	m->header.nlmsg_type = family;
	m->header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	g = NLMSG_DATA(&m->header);
	g->cmd = command;
	g->version = 1;
}

/* Appends an attribute to the message, and returns the attribute.  The message
 * has room for it, since all attributes of nbd together are far smaller than a
 * message.  If further attributes are put inside this one, nest_end() adds
 * their size to its length. */
static struct nlattr *
put(struct message *m, uint16_t type, const void *data, size_t len)
{
	struct nlattr *a = message_end(m);

	a->nla_type = type;
	a->nla_len = NLA_HDRLEN + len;
	memcpy((uint8_t *)a + NLA_HDRLEN, data, len);
	m->header.nlmsg_len =
	    NLMSG_ALIGN(m->header.nlmsg_len) + NLA_ALIGN(a->nla_len);
	return a;
}

static void
put_u32(struct message *m, uint16_t type, uint32_t value)
{
	put(m, type, &value, sizeof value);
}

static void
put_u64(struct message *m, uint16_t type, uint64_t value)
{
	put(m, type, &value, sizeof value);
}

static struct nlattr *
nest_begin(struct message *m, uint16_t type)
{
	return put(m, type | NLA_F_NESTED, "", 0);
}

static void
nest_end(struct message *m, struct nlattr *a)
{
	a->nla_len = (uint8_t *)message_end(m) - (uint8_t *)a;
}

static void
put_socket(struct message *m, int socket)
{
	struct nlattr *list = nest_begin(m, NBD_ATTR_SOCKETS);
	struct nlattr *item = nest_begin(m, NBD_SOCK_ITEM);

	put_u32(m, NBD_SOCK_FD, socket);
	nest_end(m, item);
	nest_end(m, list);
}

/* Returns the first attribute of the type `type` in the len bytes at `from`,
 * which are those of a message or of another attribute; NULL if there is
 * none. */
static const struct nlattr *
find(const void *from, size_t len, uint16_t type)
{
	const uint8_t *p = from;

	while (len >= NLA_HDRLEN) {
		const struct nlattr *a = (const void *)p;
		size_t step = NLA_ALIGN(a->nla_len);

		if (a->nla_len < NLA_HDRLEN || a->nla_len > len)
			break;
		if ((a->nla_type & NLA_TYPE_MASK) == type)
			return a;
		if (step >= len)
			break;
		p += step;
		len -= step;
	}
	return NULL;
}

static const struct nlattr *
find_in_message(const struct message *m, uint16_t type)
{
	size_t head = NLMSG_LENGTH(GENL_HDRLEN);

	if (m->header.nlmsg_len < head)
		return NULL;
	return find(m->bytes + head, m->header.nlmsg_len - head, type);
}

static const struct nlattr *
find_inside(const struct nlattr *a, uint16_t type)
{
	if (a == NULL)
		return NULL;
	return find((const uint8_t *)a + NLA_HDRLEN, a->nla_len - NLA_HDRLEN,
		    type);
}

/* Copies the value of the attribute a, of `size` bytes, to *value.  Returns
 * false if the value has another size. */
static bool
get(const struct nlattr *a, void *value, size_t size)
{
	if (a == NULL || a->nla_len != NLA_HDRLEN + size)
		return false;
	memcpy(value, (const uint8_t *)a + NLA_HDRLEN, size);
	return true;
}

static int
receive(int fd, struct message *m)
{
	ssize_t n;

	do
		n = recv(fd, m->bytes, sizeof m->bytes, 0);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		return -1;
	if ((size_t)n >= sizeof m->header && m->header.nlmsg_len <= (size_t)n)
		return 0;
	errno = EBADMSG;
	return -1;
}

/* Sends a request and waits until the kernel acknowledges it.  Copies a message
 * that comes before the acknowledgement to *answer, unless `answer` is NULL.
 * Returns 0, or -1 with errno, which may be the kernel's answer. */
static int
request(int fd, struct message *m, struct message *answer)
{
	struct message got;
	struct nlmsgerr e;

	if (send(fd, m->bytes, m->header.nlmsg_len, 0) == -1)
		return -1;
	for (;;) {
		if (receive(fd, &got) == -1)
			return -1;
		if (got.header.nlmsg_type == NLMSG_ERROR)
			break;
		if (answer != NULL)
			*answer = got;
	}
	memcpy(&e, NLMSG_DATA(&got.header), sizeof e);
	errno = -e.error;
	return e.error == 0 ? 0 : -1;
}

static int
find_group(const struct nlattr *groups, uint32_t *id)
{
	for (uint16_t i = 1; i < 16; i++) {
		const struct nlattr *g = find_inside(groups, i);

		if (get(find_inside(g, CTRL_ATTR_MCAST_GRP_ID), id, sizeof *id))
			return 0; /* this is the only group that nbd has */
	}
	errno = ENOENT;
	return -1;
}

static int
find_family(struct nbd_netlink *n, uint32_t *group)
{
	struct message m, answer = {0};

	message_init(&m, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	put(&m, CTRL_ATTR_FAMILY_NAME, NBD_GENL_FAMILY_NAME,
	    sizeof NBD_GENL_FAMILY_NAME);
	if (request(n->fd, &m, &answer) == -1)
		return -1;
	if (!get(find_in_message(&answer, CTRL_ATTR_FAMILY_ID), &n->family,
		 sizeof n->family)) {
		errno = EBADMSG;
		return -1;
	}
	return find_group(find_in_message(&answer, CTRL_ATTR_MCAST_GROUPS),
			  group);
}

static int
open_socket(void)
{
	struct sockaddr_nl any = {.nl_family = AF_NETLINK};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);

	if (fd != -1 && bind(fd, (struct sockaddr *)&any, sizeof any) == 0)
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

int
nbd_netlink_open(struct nbd_netlink *n)
{
	uint32_t group;

	n->fd = open_socket();
	n->events = open_socket();
	if (n->fd == -1 || n->events == -1)
		return -1;
	if (find_family(n, &group) == -1)
		return -1;
	return setsockopt(n->events, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
			  &group, sizeof group);
}

int
nbd_netlink_connect(struct nbd_netlink *n, const struct nbd_device *d,
		    int socket)
{
	struct message m;

	message_init(&m, n->family, NBD_CMD_CONNECT);
	put_u32(&m, NBD_ATTR_INDEX, d->index);
	put_u64(&m, NBD_ATTR_SIZE_BYTES, d->size);
	put_u64(&m, NBD_ATTR_BLOCK_SIZE_BYTES, d->block_size);
	put_u64(&m, NBD_ATTR_SERVER_FLAGS, d->flags);
	put_u64(&m, NBD_ATTR_TIMEOUT, d->timeout_s);
	put_u64(&m, NBD_ATTR_DEAD_CONN_TIMEOUT, d->dead_timeout_s);
	put_socket(&m, socket);
	return request(n->fd, &m, NULL);
}

int
nbd_netlink_reconnect(struct nbd_netlink *n, uint32_t index, int socket)
{
	struct message m;

	message_init(&m, n->family, NBD_CMD_RECONFIGURE);
	put_u32(&m, NBD_ATTR_INDEX, index);
	put_socket(&m, socket);
	return request(n->fd, &m, NULL);
}

int
nbd_netlink_disconnect(struct nbd_netlink *n, uint32_t index)
{
	struct message m;

	message_init(&m, n->family, NBD_CMD_DISCONNECT);
	put_u32(&m, NBD_ATTR_INDEX, index);
	return request(n->fd, &m, NULL);
}

int
nbd_netlink_wait_dead(struct nbd_netlink *n, uint32_t index)
{
	struct message m;

	for (;;) {
		const struct genlmsghdr *g = NLMSG_DATA(&m.header);
		uint32_t which;

		if (receive(n->events, &m) == -1)
			/* ENOBUFS: events were lost, perhaps the death */
			return errno == ENOBUFS ? 0 : -1;
		if (m.header.nlmsg_type != n->family ||
		    g->cmd != NBD_CMD_LINK_DEAD)
			continue;
		if (get(find_in_message(&m, NBD_ATTR_INDEX), &which,
			sizeof which) &&
		    which == index)
			return 0;
	}
}
