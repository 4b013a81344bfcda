/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

/* vfield key: makes and shows keys, and has machines trust them.  Only who has
 * a trusted key may change the default image, the site and the jobs of a
 * cluster. */
#include "vfield/cmd.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/stdout_flush.h"
#include "vfield/config_edit.h"
#include "vfield/key_cluster.h"
#include "vfield/node_config.h"
#include "vfield/sign.h"
#include "vfield/verbs.h"

#define PROGRAM "vfield key"

struct settings {
	const char *config;
	const char *run_dir;
	const char *dir;
	const char *to;
	uint64_t days;
	const char *file;
	bool add, retire;
	bool passphrase;
	const char *passphrase_file;
};

#define OPT_SETTINGS struct settings

#define DIR_OPTION OPT("dir", 0, STRING, dir, "DIR", "where the key is")

#define PASSPHRASE_OPTIONS(whose)                                              \
	OPT("passphrase", 0, FLAG, passphrase, NULL,                           \
	    "give the new key a passphrase, without which it signs nothing"),  \
	    OPT("passphrase-file", 0, STRING, passphrase_file, "FILE",         \
		whose " passphrase is the first line of that file")

static const struct option_spec show_options[] = {DIR_OPTION, {0}};

static const struct option_spec new_options[] = {
    DIR_OPTION,
    PASSPHRASE_OPTIONS("the key's"),
    {0},
};

static const struct option_spec trust_options[] = {
    OPT("config", 0, STRING, config, "FILE", "configuration file"),
    {0},
};

static const struct option_spec rotate_options[] = {
    DIR_OPTION,
    PASSPHRASE_OPTIONS("each key's"),
    NODE_OPTIONS("is told"),
    {0},
};

static const struct option_spec delegate_options[] = {
    DIR_OPTION,
    OPT("to", 0, STRING, to, "DIR", "where the restricted key is put"),
    OPT("days", 0, NUMBER, days, "N",
	"it may speak for so many days (default: 0, for ever)"),
    PASSPHRASE_OPTIONS("each key's"),
    {0},
};

static const struct option_spec cluster_options[] = {
    OPT("file", 0, STRING, file, "FILE", "where the cluster key is"),
    OPT("add", 0, FLAG, add, NULL, "make a second key, valid beside the first"),
    OPT("retire", 0, FLAG, retire, NULL, "drop the first of two keys"),
    {0},
};

static int
print_key(const struct key_public *k)
{
	char text[KEY_TEXT];

	puts(key_text(k, text));
	return stdout_flush(PROGRAM);
}

static int
keep(const char *dir, const struct key_pair *k, bool over)
{
	if (key_write(dir, k, over) == 0)
		return 0;
	if (errno == EEXIST)
		log_error("%s: there is a key already: 'vfield key rotate' "
			  "makes another take its place",
			  dir);
	else
		log_error("%s: %m", dir);
	return -1;
}

/* Makes a new key pair, locked by a passphrase if the option asks for one.
 * Returns 0; on failure logs why and returns -1. */
static int
make(const struct settings *set, const char *dir, struct key_pair *k)
{
	int ret = key_make(k);

	if (ret == 0 && set->passphrase)
		ret = passphrase_read(dir, true, k->passphrase);
	if (ret == -1)
		log_error("%s: %s", dir, key_trouble(errno));
	return ret;
}

static int
new_key(const struct settings *set, const char *operand)
{
	struct key_pair k;
	int ret = make(set, set->dir, &k);

	if (ret == 0)
		ret = keep(set->dir, &k, false);
	if (ret == 0) {
		fprintf(stderr,
			PROGRAM ": the private half is %s/key: keep a copy of "
				"it where nobody else gets at it.  The public "
				"half, which each node is to be told (vfield "
				"key trust):\n",
			set->dir);
		ret = print_key(&k.pub);
	}
	explicit_bzero(&k, sizeof k);
	return ret;
}

static int
show_key(const struct settings *set, const char *operand)
{
	struct key_public k;
	bool locked;

	if (key_read_public(set->dir, &k, &locked) == -1) {
		sign_no_key(set->dir);
		return -1;
	}
	if (locked)
		fprintf(stderr,
			PROGRAM ": %s/key is locked: it has a passphrase\n",
			set->dir);
	return print_key(&k);
}

static int
trust_key(const struct settings *set, const char *operand)
{
	struct key_public k;
	char text[KEY_TEXT];

	if (key_parse(operand, &k) == -1) {
		log_error("%s: not a public key", operand);
		return -1;
	}
	if (config_edit_set(set->config, "trust", key_text(&k, text)) == -1) {
		log_error("%s: %m", set->config);
		return -1;
	}
	fprintf(stderr,
		PROGRAM ": %s: nodes that are started from now on trust it\n",
		set->config);
	return 0;
}

/* Writes to buf a word, signed by k, that names the key `other` as k's
 * successor, or as a key restricted to `subjects`.  The word expires after so
 * many days; 0: never.  Returns the word's length in bytes, or -1 and errno. */
static ssize_t
name_key(const struct key_pair *k, const char *subject, const char *subjects,
	 const struct key_public *other, uint64_t days, uint8_t buf[WORD_MAX])
{
	uint64_t now_s = time(NULL);
	struct word w = {.version = now_s, .time_s = now_s};

	strcpy(w.subject, subject);
	strcpy(w.subjects, subjects);
	memcpy(w.id.b, other->b, sizeof w.id.b);
	if (days > 0)
		w.expires_s = now_s + days * 86400;
	return word_sign(&w, k, buf, WORD_MAX);
}

/* Adds to the new key pair `next` the chain of k and one more signed word, by
 * which k names the new key.  Returns 0; on failure logs why and returns -1. */
static int
follow(const struct key_pair *k, const char *subject, const char *subjects,
       uint64_t days, struct key_pair *next)
{
	struct key_pair bare = *k;
	uint8_t buf[WORD_MAX];
	ssize_t n;

	bare.nchain = 0;
	n = name_key(&bare, subject, subjects, &next->pub, days, buf);
	explicit_bzero(&bare, sizeof bare);
	memcpy(next->chain, k->chain, k->nchain);
	next->nchain = k->nchain;
	if (n == -1 || word_chain_add(next, buf, n) == -1) {
		log_error("the new key: %m%s",
			  errno == EINVAL ? ": too many keys lead to it" : "");
		return -1;
	}
	return 0;
}

/* Sends the node a signed word by which the key `next` takes the place of
 * `old`; nodes that get the word ignore words signed by `old` from then on.
 * Returns 0; -1: the log says why. */
static int
tell_rotation(const struct settings *set, const struct key_pair *old,
	      const struct key_pair *next)
{
	struct word w = {.subject = WORD_KEY, .version = time(NULL)};
	AUTO_FREE char *digits = NULL;

	memcpy(w.id.b, next->pub.b, sizeof w.id.b);
	digits = sign_word(&w, old);
	return digits == NULL ? -1 : sign_tell(PROGRAM, set->run_dir, digits);
}

static int
rotate_key(const struct settings *set, const char *operand)
{
	struct key_pair k, next;
	int ret = sign_key(set->dir, &k);

	if (ret == 0)
		ret = make(set, set->dir, &next);
	if (ret == 0 && !set->passphrase)
		strcpy(next.passphrase, k.passphrase);
	if (ret == 0)
		ret = follow(&k, WORD_KEY, "", 0, &next);
	if (ret == 0)
		ret = keep(set->dir, &next, true);
	if (ret == 0) {
		ret = print_key(&next.pub);
		fprintf(stderr,
			PROGRAM ": the old key is %s/key.old; say the default "
				"image anew, and make new media\n",
			set->dir);
		if (k.passphrase[0] == '\0' && next.passphrase[0] != '\0')
			fprintf(stderr,
				PROGRAM ": %s/key.old has no passphrase: move "
					"it to where nobody finds it\n",
				set->dir);
	}
	if (ret == 0 && tell_rotation(set, &k, &next) == -1)
		log_warn("no node was told: the next word of the new key "
			 "tells them");
	explicit_bzero(&k, sizeof k);
	explicit_bzero(&next, sizeof next);
	return ret;
}

static bool
subjects_ok(const char *list)
{
	AUTO_FREE char *copy = strdup(list);
	char *rest = copy, *one;

	if (copy == NULL || strlen(list) > WORD_SUBJECTS_MAX)
		return false;
	while ((one = strsep(&rest, ",")) != NULL)
		if (!word_subject_ok(one))
			return false;
	return true;
}

static int
delegate(const struct settings *set, const char *operand)
{
	struct key_pair k, next;
	int ret;

	if (set->to == NULL || !subjects_ok(operand)) {
		log_error(set->to == NULL ? "--to is needed"
					  : "not names of subjects");
		return -1;
	}
	ret = sign_key(set->dir, &k);
	if (ret == 0)
		ret = make(set, set->to, &next);
	if (ret == 0)
		ret = follow(&k, WORD_DELEGATE, operand, set->days, &next);
	if (ret == 0)
		ret = keep(set->to, &next, false);
	if (ret == 0)
		ret = print_key(&next.pub);
	explicit_bzero(&k, sizeof k);
	explicit_bzero(&next, sizeof next);
	return ret;
}

static int
cluster(const struct settings *set, const char *operand)
{
	if (set->add + set->retire + (operand != NULL) > 1) {
		log_error("one of --add, --retire, show and psk");
		return -1;
	}
	if (operand != NULL)
		return key_cluster_print(PROGRAM, set->file, operand);
	if (set->add)
		return key_cluster_add(set->file);
	return set->retire ? key_cluster_retire(set->file)
			   : key_cluster_new(set->file);
}

enum operands { NO_OPERAND, OPERAND, MAY_HAVE_OPERAND };

static const struct verb {
	int (*run)(const struct settings *set, const char *operand);
	enum operands operand;
	struct command_spec command;
} verbs[] = {
    {new_key,
     NO_OPERAND,
     {.program = "vfield key new",
      .section = NULL,
      .args = "",
      .summary = "Make the administrator's key pair.",
      .options = new_options}},
    {show_key,
     NO_OPERAND,
     {.program = "vfield key show",
      .section = NULL,
      .args = "",
      .summary = "Print the public half of a key.",
      .options = show_options}},
    {trust_key,
     OPERAND,
     {.program = "vfield key trust",
      .section = NULL,
      .args = "PUBLIC-KEY",
      .summary = "Have the nodes of this machine trust that key.",
      .options = trust_options}},
    {rotate_key,
     NO_OPERAND,
     {.program = "vfield key rotate",
      .section = NULL,
      .args = "",
      .summary = "Have a new key take the old one's place.",
      .options = rotate_options}},
    {delegate,
     OPERAND,
     {.program = "vfield key delegate",
      .section = NULL,
      .args = "SUBJECT[,SUBJECT]...",
      .summary = "Make a key that may say no more than these subjects.",
      .options = delegate_options}},
    {cluster,
     MAY_HAVE_OPERAND,
     {.program = "vfield key cluster",
      .section = NULL,
      .args = "[show|psk]",
      .summary = "Make the key without which nobody reads or joins.",
      .options = cluster_options}},
};

#define NVERBS (sizeof verbs / sizeof *verbs)

static int
run(const struct verb *v, int argc, char **argv)
{
	struct settings set = {.config = NODE_CONFIG_FILE,
			       .run_dir = NODE_RUN_DIR,
			       .dir = SIGN_KEYS,
			       .file = CLUSTER_KEY_FILE};
	char **rest;
	int nrest;

	log_init(v->command.program, false);
	options_parse(&v->command, argc, argv, &set, &rest, &nrest);
	if (nrest > 1 || (v->operand == OPERAND && nrest == 0) ||
	    (v->operand == NO_OPERAND && nrest > 0)) {
		fprintf(
		    stderr, "%s: %s\nTry '%s --help'.\n", v->command.program,
		    v->operand != NO_OPERAND ? "one operand" : "no operands",
		    v->command.program);
		return 2;
	}
	if (set.passphrase_file != NULL)
		setenv(PASSPHRASE_FILE, set.passphrase_file, true);
	if (v->run == new_key)
		set.passphrase |= set.passphrase_file != NULL;
	return v->run(&set, nrest > 0 ? rest[0] : NULL) == 0 ? EXIT_SUCCESS
							     : EXIT_FAILURE;
}

static const struct command_spec *
verb_at(size_t i)
{
	return i < NVERBS ? &verbs[i].command : NULL;
}

int
cmd_key(int argc, char **argv)
{
	static const struct verbs vs = {
	    .program = PROGRAM,
	    .about = "Keys that say who may change what a cluster is, and "
		     "who reads it.\n",
	    .at = verb_at};
	int status, i = verbs_find(&vs, argc, argv, &status);

	return i == -1 ? status : run(&verbs[i], argc - 1, argv + 1);
}
