/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <string.h>

#include "mkimage/secrets.h"

#define PEM                                                                    \
	"-----BEGIN RSA PRIV"                                                  \
	"ATE KEY-----\nMII\n"

static void
test_kinds(void **state)
{
	static const struct {
		const char *path, *content;
		bool secret;
	} cases[] = {
	    {"etc/shadow", "root:*:19000:0:::::\nme:!:1::::::\n", false},
	    {"etc/shadow", "root:*:19000::::::\nme:$y$j9T$x$y:1::::::", true},
	    {"etc/shadow", "me:!$6$abc$def:1::::::\n", true},
	    {"etc/shadow", "old:abJnggxhB/yWI:1::::::\n", true},
	    {"etc/shadow", "me::1::::::\n", false},
	    {"etc/shadow", "nonsense", false},
	    {"etc/shadow-", "me:$6$a$b:1::::::\n", true},
	    {"etc/passwd", "me:x:1000:1000::/home/me:/bin/sh\n", false},
	    {"etc/passwd", "me:$6$a$b:1000:1000::/home/me:/bin/sh\n", true},
	    {"srv/www/tls.pem", PEM, true},
	    {"srv/www/tls.pem", "-----BEGIN CERTIFICATE-----\n", false},
	    {"home/me/.ssh/id_rsa", PEM, true},
	    {"home/me/.ssh/id_rsa.pub", "ssh-ed25519 AAAA me\n", false},
	    {"etc/apache2/http.keytab", "\005\002xx", true},
	    {"srv/readme.keytab", "how to", false},
	    {"etc/wireguard/wg0.conf", "[Interface]\nPrivateKey = x\n", true},
	    {"etc/systemd/network/wg.netdev", "[WireGuard]\nPrivateKey=x\n",
	     true},
	    {"etc/systemd/network/lan.network", "[Network]\nDHCP=yes\n", false},
	    {"etc/NetworkManager/system-connections/a", "psk=x\n", true},
	    {"etc/netplan/50.yaml", "network: {version: 2}\n", false},
	    {"etc/netplan/50.yaml", "password: x\n", true},
	    {"root/.aws/credentials", "aws_secret_access_key = x\n", true},
	    {"home/me/.aws/credentials", "[default]\n", false},
	    {"home/me/.config/gcloud/application_default_credentials.json",
	     "{}", true},
	    {"etc/ppp/chap-secrets", "# none\n\n", false},
	    {"etc/ppp/chap-secrets", "me * secret *\n", true},
	    {"etc/munge/munge.key", "x", true},
	    {"etc/vfield/cluster.key", "00ff\n", true},
	    {"etc/vfield/keys/key", "00ff\n", true},
	    {"etc/vfield/keys/key.old", "locked 1\n", true},
	    {"etc/vfield/keys/key.pub", "00ff\n", false},
	    {"etc/vfield/site/secret/ssh_ca", "x", true},
	    {"var/lib/vfield/node.key", "00ff\n", true},
	    {"home/me/notes", "my password= is none\n", false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *kind = secret_kind(cases[i].path, cases[i].content,
					       strlen(cases[i].content));

		if ((kind != NULL) != cases[i].secret)
			fail_msg("%s (case %zu): %s", cases[i].path, i,
				 kind != NULL ? kind : "nothing");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
