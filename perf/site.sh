#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Measures how long a large site takes to be checked: HOSTS hosts, each with a
# section of its own and PLUGINS plugins, each of which renders a template.
#
#   HOSTS=1000 PLUGINS=30 ROUNDS=5
. "$(dirname "$0")/../tests/lib.sh"

HOSTS=${HOSTS:-1000} PLUGINS=${PLUGINS:-30} ROUNDS=${ROUNDS:-5}
site=$TMP/site

{
	echo '[base]'
	for i in $(seq "$PLUGINS"); do
		mkdir -p "$site/plugins/p$i/root/etc"
		printf '[settings]\na = 1\nb = 2\n' >"$site/plugins/p$i/plugin"
		echo '@a@ @b@ @host.name@' >"$site/plugins/p$i/root/etc/p$i.in"
		echo "plugins += p$i"
	done
	printf '[all]\nhosts = n[1-%d]\nuse = base\n' "$HOSTS"
	for i in $(seq "$HOSTS"); do
		printf '[n%d]\nmac = 52:54:00:00:%02x:%02x\n' "$i" \
			$((i / 256)) $((i % 256))
		printf 'address = 10.0.%d.%d\np1.a = %d\n' $((i / 256)) \
			$((i % 256)) "$i"
	done
} >"$TMP/hosts"
mv "$TMP/hosts" "$site/hosts"

for round in $(seq "$ROUNDS"); do
	began=$(date +%s%N)
	vfield site check --site "$site" >/dev/null
	ended=$(date +%s%N)
	echo "site: $HOSTS hosts, $PLUGINS plugins, round $round:" \
		"checked in $(((ended - began) / 1000000)) ms"
done
