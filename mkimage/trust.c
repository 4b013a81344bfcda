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
	log_error("%s: %s", dir,
		  errno == EINVAL  ? "not a private key"
		  : errno == EPERM ? "others can read the private key"
				   : strerror(errno));
	return -1;
}

int
trust_word(const char *dir, const char *id, const struct key_pair *k)
{
	AUTO_FREE char *path = path_in(dir, "words");
	uint64_t now_s = time(NULL);
	struct word w = {
	    .subject = WORD_DEFAULT, .version = now_s, .time_s = now_s};
	struct words *ws = words_new(&k->pub);
	uint8_t buf[WORD_MAX];
	ssize_t n = -1;
	bool news = false;

	if (ws != NULL && digest_parse(id, strlen(id), &w.id) == 0)
		n = word_sign(&w, k, buf, sizeof buf);
	if (n != -1)
		(void)words_take(ws, buf, n, now_s, &news);
	if (!news || words_save(ws, path) == -1) {
		log_error("%s: %m", path);
		news = false;
	}
	words_free(ws);
	return news ? 0 : -1;
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
