/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "site/keys.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

#include "lib/image_name.h"
#include "site/jobs.h"

#define WORD_BYTES_MAX 31
#define ROLE "role."
#define ROLE_ADDRESS ".address"

bool
site_word_ok(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= WORD_BYTES_MAX && name[0] != '-' &&
	       name[0] != '_' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == len;
}

static bool
word(char *text)
{
	return site_word_ok(text);
}

/* Returns true if the text is a card's address, which is then written in lower
 * case with colons. */
static bool
mac(char *text)
{
	if (strlen(text) != 17)
		return false;
	for (int i = 0; i < 17; i++) {
		bool between = i % 3 == 2;

		if (between ? text[i] != ':' && text[i] != '-'
			    : !isxdigit((unsigned char)text[i]))
			return false;
		text[i] = between ? ':' : tolower((unsigned char)text[i]);
	}
	return (strchr("13579bdf", text[1]) == NULL) &&
	       strcmp(text, "00:00:00:00:00:00") != 0;
}

/* Returns true if the text is an IPv4 address that a machine can have. */
static bool
ip4(char *text)
{
	struct in_addr a;
	uint32_t ip;

	if (inet_pton(AF_INET, text, &a) != 1)
		return false;
	ip = ntohl(a.s_addr);
	return ip >> 24 != 0 && ip >> 24 != 127 && ip >> 24 < 224;
}

static bool
ip(char *text)
{
	struct in6_addr a;

	return ip4(text) || inet_pton(AF_INET6, text, &a) == 1;
}

static bool
image(char *text)
{
	struct image_name n;

	return image_name_parse(text, strlen(text), &n) == 0;
}

static bool
boot_from(char *text)
{
	return strcmp(text, "disk") == 0 || strcmp(text, "network") == 0;
}

static bool
base(char *text)
{
	return strcmp(text, "files") == 0 || strcmp(text, "image") == 0;
}

static bool
path(char *text)
{
	return jobs_path_ok(text);
}

static bool
any(char *text)
{
	return true;
}

#define A_WORD "a name of a-z, 0-9, - and _, at most 31 letters"
#define AN_IP4 "an IPv4 address, such as 10.0.0.47"

static const struct site_key keys[] = {
    {"hosts", false, any, ""},
    {"use", true, any, ""},
    {"mac", false, mac, "a card's address, such as 52:54:00:12:34:56"},
    {"address", false, ip4, AN_IP4},
    {"gateway", false, ip4, AN_IP4},
    {"name_servers", true, ip, "addresses, such as 10.0.0.1"},
    {"image", false, image, "an image: NAME, ID or NAME@ID"},
    {"disk", false, word, A_WORD},
    {"boot_from", false, boot_from, "disk or network"},
    {"plugins", true, word, A_WORD},
    {"roles", true, word, A_WORD},
    {"copy_to", true, path, "a directory, such as /scratch"},
    {"base", false, base, "files or image"},
    {"sources", false, any, ""},
    {"install", true, word, A_WORD},
    {"repair", true, word, A_WORD},
};

static const struct site_key setting = {NULL, false, any, ""};
static const struct site_key role_address = {NULL, false, ip4, AN_IP4};

#define NKEYS (sizeof keys / sizeof *keys)

/* Returns true if the name is "role.NAME.address". */
bool
site_key_is_role_address(const char *name)
{
	size_t len = strlen(name), ends = sizeof ROLE + sizeof ROLE_ADDRESS - 2;
	char role[WORD_BYTES_MAX + 1];

	if (len <= ends || len - ends >= sizeof role ||
	    strncmp(name, ROLE, sizeof ROLE - 1) != 0 ||
	    strcmp(name + len - (sizeof ROLE_ADDRESS - 1), ROLE_ADDRESS) != 0)
		return false;
	memcpy(role, name + sizeof ROLE - 1, len - ends);
	role[len - ends] = '\0';
	return site_word_ok(role);
}

const struct site_key *
site_key(const char *name)
{
	char plugin[WORD_BYTES_MAX + 1];

	for (size_t i = 0; i < NKEYS; i++)
		if (strcmp(name, keys[i].name) == 0)
			return &keys[i];
	if (site_key_is_role_address(name))
		return &role_address;
	return site_key_setting(name, plugin, sizeof plugin) != NULL ? &setting
								     : NULL;
}

const char *
site_key_setting(const char *name, char *plugin, size_t size)
{
	size_t len = strcspn(name, ".");

	if (name[len] != '.' || len >= size || site_key_is_role_address(name) ||
	    !site_word_ok(name + len + 1))
		return NULL;
	memcpy(plugin, name, len);
	plugin[len] = '\0';
	return site_word_ok(plugin) ? name + len + 1 : NULL;
}
