/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "lib/lookup.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#define HOST_TEXT 256
/* Pauses before a name is looked up again: short if it was not found, since
 * network or name server may just be starting; longer if it was found, since
 * addresses seldom change.  Arbitrary. */
#define MISSING_NS 2000000000LL
#define FOUND_NS 10000000000LL

/* A name that the resolver is looking up. */
struct question {
	struct gaicb cb;
	struct addrinfo hints;
	char host[HOST_TEXT];
};

struct name {
	/* host name to look up; empty: there is nothing to look up */
	char host[HOST_TEXT];
	uint16_t port;
	/* question that the resolver works on; NULL: none */
	struct question *asked;
	const char *fault;
	int64_t again_ns;
	size_t n;
	struct address at[LOOKUP_EACH];
};

struct lookup {
	size_t n;
	struct name names[];
};

struct lookup *
lookup_new(const struct option_list *names, uint16_t default_port)
{
	struct lookup *l = calloc(1, sizeof *l + names->n * sizeof l->names[0]);

	if (l == NULL)
		return NULL;
	l->n = names->n;
	for (size_t i = 0; i < l->n; i++) {
		struct name *e = &l->names[i];

		if (address_parse(names->v[i], default_port, &e->at[0]) == 0)
			e->n = 1;
		else if (address_split(names->v[i], default_port, e->host,
				       sizeof e->host, &e->port) == -1)
			e->fault = "not an address or ADDRESS:PORT";
	}
	return l;
}

/* Frees a question.  But if the resolver is working on it and cannot be
 * stopped, the question's memory is never freed. */
static void
drop(struct question *q)
{
	if (q == NULL || gai_cancel(&q->cb) == EAI_NOTCANCELED)
		return;
	if (q->cb.ar_result != NULL)
		freeaddrinfo(q->cb.ar_result);
	free(q);
}

void
lookup_free(struct lookup *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < l->n; i++)
		drop(l->names[i].asked);
	free(l);
}

static void
ask(struct name *e, int64_t now_ns)
{
	struct question *q = calloc(1, sizeof *q);
	struct gaicb *list[1];
	int error;

	e->again_ns = now_ns + MISSING_NS;
	if (q == NULL)
		return;
	memcpy(q->host, e->host, sizeof q->host);
	q->hints.ai_socktype = SOCK_STREAM;
	q->cb.ar_name = q->host;
	q->cb.ar_request = &q->hints;
	list[0] = &q->cb;
	error = getaddrinfo_a(GAI_NOWAIT, list, 1, NULL);
	if (error != 0) {
		e->fault = gai_strerror(error);
		free(q);
		return;
	}
	e->asked = q;
}

static bool
take(struct name *e, const struct addrinfo *found)
{
	struct address at[LOOKUP_EACH] = {0};
	size_t n = 0;
	bool news;

	for (; found != NULL && n < LOOKUP_EACH; found = found->ai_next)
		if (address_from_sockaddr(found->ai_addr, found->ai_addrlen,
					  &at[n]) == 0)
			at[n++].port = e->port;
	news = n != e->n;
	for (size_t i = 0; i < n; i++)
		news |= !address_equal(&at[i], &e->at[i]) ||
			at[i].scope != e->at[i].scope;
	memcpy(e->at, at, sizeof at);
	e->n = n;
	return news;
}

/* Takes the resolver's answer about the name e.  A name that is no longer found
 * keeps the addresses that it had.  Returns true if its addresses have changed.
 */
static bool
answered(struct name *e, int error, int64_t now_ns)
{
	struct question *q = e->asked;
	bool news = false;

	e->asked = NULL;
	e->fault = error != 0 ? gai_strerror(error) : NULL;
	e->again_ns = now_ns + (error != 0 ? MISSING_NS : FOUND_NS);
	if (error == 0)
		news = take(e, q->cb.ar_result);
	if (q->cb.ar_result != NULL)
		freeaddrinfo(q->cb.ar_result);
	free(q);
	return news;
}

bool
lookup_go_on(struct lookup *l, int64_t now_ns)
{
	bool news = false;

	for (size_t i = 0; i < l->n; i++) {
		struct name *e = &l->names[i];
		int error;

		if (e->host[0] == '\0')
			continue;
		if (e->asked == NULL && now_ns >= e->again_ns)
			ask(e, now_ns);
		error = e->asked != NULL ? gai_error(&e->asked->cb)
					 : EAI_INPROGRESS;
		if (error != EAI_INPROGRESS)
			news |= answered(e, error, now_ns);
	}
	return news;
}

const struct address *
lookup_at(const struct lookup *l, size_t i)
{
	for (size_t k = 0; k < l->n; i -= l->names[k++].n)
		if (i < l->names[k].n)
			return &l->names[k].at[i];
	return NULL;
}

const char *
lookup_fault(const struct lookup *l, size_t i)
{
	return l->names[i].n == 0 ? l->names[i].fault : NULL;
}
