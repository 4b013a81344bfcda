/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/trust.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "authority/cluster_key.h"
#include "authority/words.h"
#include "lib/cleanup.h"
#include "lib/log.h"
#include "lib/path_in.h"

int
trust_key(const char *dir, struct key_pair *k)
{
	if (key_read(dir, k) == 0)
		return 0;
	if (errno == ENOENT && key_make(k) == 0 &&
	    key_write(dir, k, false) == 0) {
		log_info("a key was made: %s/key.  Who has it says what these "
			 "machines boot: keep it where nobody else gets at it",
			 dir);
		return 0;
	}
	log_error("%s: %s", dir, key_trouble(errno));
	return -1;
}

/* Signs a word, and adds it to ws.  Returns 0, or -1 and errno. */
static int
add_word(struct words *ws, const char *subject, const char *id,
	 const struct key_pair *k)
{
	uint64_t now_s = time(NULL);
	struct word w = {.version = now_s, .time_s = now_s};
	uint8_t buf[WORD_MAX];
	bool news = false;
	ssize_t n;

	strcpy(w.subject, subject);
	if (digest_parse(id, strlen(id), &w.id) == -1)
		return -1;
	n = word_sign(&w, k, buf, sizeof buf);
	if (n != -1)
		(void)words_take(ws, buf, n, now_s, &news);
	return news ? 0 : -1;
}

int
trust_words(const char *dir, const char *id, const char *site, const char *jobs,
	    const struct key_pair *k)
{
	AUTO_FREE char *path = path_in(dir, "words");
	struct words *ws = words_new(&k->pub);
	int result = -1;

	if (ws != NULL)
		result = add_word(ws, WORD_DEFAULT, id, k);
	if (result == 0 && site[0] != '\0')
		result = add_word(ws, WORD_SITE, site, k);
	if (result == 0 && jobs[0] != '\0')
		result = add_word(ws, WORD_JOBS, jobs, k);
	if (result == 0)
		result = words_save(ws, path);
	if (result == -1)
		log_error("%s: %m", path);
	words_free(ws);
	return result;
}

int
trust_check_cluster_key(const char *path)
{
	struct cluster_keys ks;
	int ret = cluster_keys_read(path, &ks);

	explicit_bzero(&ks, sizeof ks);
	if (ret == -1)
		log_error("%s: %s", path,
			  errno == EINVAL  ? "not a cluster key"
			  : errno == EPERM ? "others can read the cluster key"
					   : strerror(errno));
	return ret;
}
