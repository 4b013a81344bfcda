#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Puts known faults back into a copy of the tree, one by one, and runs the world
# (perf/world) seed by seed until it finds each fault.  Prints which check found
# it, and after how many seeds.
#
#   SEEDS=1000   how many seeds are run at most
#   ONLY=        names of faults, with commas between; none: all
#
# A seed that also fails without the fault does not count.
. "$(dirname "$0")/lib.sh"

SEEDS=${SEEDS:-1000}
copy=$TMP/tree

# faults: prints for each fault its name, the file, and the command by which sed
# puts the fault into the file.
faults() {
	cat <<-'END'
	hash-not-compared router/fetch/fetch_answer.c s/if (!is_right(q))/if (is_right(q) \&\& false)/
	fifth-connection router/peer/conn_pool.c s/f->nconns < max/f->nconns <= max/
	circle-of-line-and-tree router/want/reads.c s/^		if (by_tree(rd))/		if (false)/
	no-room-made router/want/keeper.c s/^	return make_room(k, bytes);/	return true;/
	last-copies-dropped router/policy/evict.c s/best_copies == 0 \&\& !must/false/
	nothing-said-again membership/member_group.c /^arrived(/,/^}/s/table_reader_repeat(&m->outgoing);/;/
	dead-members-nodes-stay membership/member_group.c s/table_orphan_satellites(m->view, member,/(void)(member,/
	place-before-others-are-heard membership/member.c s/m->joined_ns >= SETTLED_NS/m->joined_ns >= 0/
	word-not-handed-on router/cluster/image_choice.c s/w->version == 0 || proto_word_cmp(w, &c->word) <= 0/true/
	lost-buffer router/fetch/fetch_ask.c s/buffer_put(q->ask.buf);/if (q->fetch != NULL) &/
	dribbling-lane router/peer/conn_pool.c s/now - DRIBBLES \* hung_ns >/INT64_MIN >/
	barren-peer router/policy/peer_verdict.c s/^	if (verdict_banned(v, now_ns) ||/	if (true || verdict_banned(v, now_ns) ||/
	limits-full-of-each-other router/fetch/fetch_ask.c s/full ? FETCH_PEER + 1 :/full ? 0 :/
	endless-in-flight router/fetch/fetch_ask.c s/fs->in_flight >= FETCH_IN_FLIGHT_BYTES/false/
	two-dead-of-two router/policy/patience.c s/(o->twice ? o->twice_lost : o->lost)/!o->twice \&\& o->lost/
	gone-not-swept membership/client/view.c s/node_set_retire(h->known, retire, h) > 0/(void)retire, false/
	news-once membership/client/client.c /^promote(/,/^}/s/self_news_repeat(c->news);/;/
	no-evening-out router/want/keeper.c s/: balance_swap(kp->balance, im);/: BALANCE_NONE;/
	one-chunk-too-many router/want/keeper.c s/ + image_keeps_soon(im) + 1;/;/
	silence-is-patience router/policy/patience.c s/^#define GIVE_UP .*/#define GIVE_UP 100000/
	liars-not-banned router/cluster/cluster.c s/^	n->banned_ns = .*<< doublings);/	n->banned_ns = 0;/
	END
}

build() { make -j2 -C "$copy" BUILD="$TMP/build" world >"$TMP/make.log" 2>&1; }

# find_seed: sets found to the report on the first seed that fails with the
# fault and not without it.  Returns 1 if there is none.
find_seed() {
	from=1
	while [ "$from" -le "$SEEDS" ]; do
		found=$("$TMP/build/perf/world" find "$from" \
			$((SEEDS - from + 1))) || return 1
		seed=${found#seed } seed=${seed%% *}
		"$TMP/sound" check "$seed" >/dev/null && return 0
		from=$((seed + 1))
	done
	return 1
}

mkdir "$copy"
(cd "$TOP" && git ls-files -z | xargs -0 cp --parents -t "$copy")
build || fail "$(tail "$TMP/make.log")"
cp "$TMP/build/perf/world" "$TMP/sound"
echo "# commit $(git -C "$TOP" describe --always --dirty), SEEDS=$SEEDS"
faults | while read -r name file edit; do
	case ",${ONLY:-$name}," in *",$name,"*) ;; *) continue ;; esac
	cp "$copy/$file" "$TMP/whole"
	sed -i "$edit" "$copy/$file"
	if cmp -s "$TMP/whole" "$copy/$file"; then
		echo "$name: the line is not there any more"
	elif ! build; then
		echo "$name: is not built: $(grep -m 1 error "$TMP/make.log")"
	elif find_seed; then
		echo "$name: ${found#seed }"
	else
		echo "$name: not found"
	fi
	cp "$TMP/whole" "$copy/$file"
done
