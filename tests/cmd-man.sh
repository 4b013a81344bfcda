#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The manual, --help and bash's completion name the same commands and options,
# and the manual's pages are well-formed.  Each statement of vfield-security(7)
# names tests that exist, or says that there is none.
. "$(dirname "$0")/lib.sh"
need mandoc

# help_options COMMAND... and man_options PAGE HEADING: print the options that
# COMMAND's --help names, and those that PAGE lists below HEADING ("":
# anywhere).
help_options() {
	"$@" --help | grep -o -e '^ *\(-[a-zA-Z], \)\?--[a-z-]*' |
		grep -o -e '--[a-z-]*' | grep -vx -e '--help' -e '--version' |
		sort -u
}

man_options() {
	awk -v section="$2" '/^\.S[hs] / {
			on = (section == "" || substr($0, 5) == section)
		} on' "$1" |
		grep -e '^\.It Fl' -e '^\.Fl' | grep -o 'Fl Fl [a-z-]*' |
		sed 's/Fl Fl /--/' | sort -u
}

same() {
	[ -n "$2" ] || fail "$1: no options"
	echo "$2" >"$TMP/help"
	echo "$3" >"$TMP/man"
	diff "$TMP/help" "$TMP/man" || fail "$1: --help (<) and the manual (>) differ"
	echo "$1: the same options"
}

page=$TOP/man/vfield.1
same 'serve and join' "$( (help_options vfield serve
	help_options vfield join) | sort -u)" "$(man_options "$page" 'What both do')"
for command in agent status map 'image create' 'image info' 'image verify' \
	'image add' 'image default' \
	'image profile' 'node list' 'node admit'; do
	# shellcheck disable=SC2086 # split on purpose
	same "$command" "$(help_options vfield $command)" \
		"$(man_options "$page" "$command")"
done
for verb in new show trust rotate delegate cluster; do
	help_options vfield key $verb
done | sort -u >"$TMP/key"
same key "$(cat "$TMP/key")" "$(man_options "$TOP/man/vfield-key.8" '')"
{
	for verb in check show diff publish undo image machines log; do
		help_options vfield site $verb
	done
	for verb in list show adopt replace; do
		help_options vfield host $verb
	done
} | sort -u >"$TMP/site"
same site "$(cat "$TMP/site")" "$(man_options "$TOP/man/vfield-site.8" '')"
for command in copy fetch; do
	same $command "$(help_options vfield $command)" \
		"$(man_options "$TOP/man/vfield-copy.8" $command)"
done
for command in install repair; do
	same $command "$(help_options vfield $command)" \
		"$(man_options "$TOP/man/vfield-jobs.8" $command)"
done
for command in backup restore; do
	same $command "$(help_options vfield $command)" \
		"$(man_options "$TOP/man/vfield-backup.8" '')"
done
for verb in list move; do
	help_options vfield role $verb
done | sort -u >"$TMP/role"
same role "$(cat "$TMP/role")" "$(man_options "$TOP/man/vfield-role.8" '')"
same setup "$(help_options vfield setup)" \
	"$(man_options "$TOP/man/vfield-setup.8" '')"
for name in man/vfield-router membership/vfield-member boot/vfield-boot \
	initramfs/vfield-card installer/vfield-install; do
	same "$name" "$(help_options "${name#*/}")" \
		"$(man_options "$TOP/$name.8" '')"
done
vfield --help | awk '/^  [a-z]/ {print $1}' | while read -r command; do
	grep -q "^\.Ss $command" "$page" || fail "vfield(1) has no $command"
done

# vfield.conf(5) has each option of serve and join as a setting.
for option in $( (help_options vfield serve
	help_options vfield join) | grep -v -e config -e dry-run); do
	grep -q "^\.It ${option#--} Ta" "$TOP/man/vfield.conf.5" ||
		fail "vfield.conf(5) has no ${option#--}"
done

# bash's completion offers the commands and options of --help.
bash=$(command -v bash) || skip "bash is not installed"
completions() {
	"$bash" -c '. "$1"
		shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*"
		COMP_POINT=${#COMP_LINE}
		_vfield
		printf "%s\n" "${COMPREPLY[@]}"' bash \
		"$TOP/dist/completions/vfield" "$@"
}
completions vfield '' | sort >"$TMP/completed"
vfield --help | awk '/^  [a-z]/ {print $1}' | sort >"$TMP/commands"
diff "$TMP/commands" "$TMP/completed" || fail "other commands"
for command in serve join status map 'image create' 'image verify' \
	'image add' 'key delegate' 'site publish' 'host list'; do
	# shellcheck disable=SC2086 # split on purpose
	same "completion of $command" "$(help_options vfield $command)" \
		"$(completions vfield $command -- | sed 's/=$//' |
			grep -vx -e '--help' -e '--version' | sort -u)"
done

page=$TOP/man/vfield-security.7
awk '/^\.Ss 1\./ { on = 1 }
	/^\.Sh WHAT/ { on = 0 }
	/^\.Bq/ { open = "" }
	on && /^\.(It|El)/ {
		if (open)
			exit 1
		open = /^\.It/
	}' "$page" || fail "vfield-security(7): a sentence without a test"
sed -n 's/^\.Bq //p' "$page" | grep -vx -e 'not promised' -e 'no test' |
	tr ' ' '\n' | sort -u | while read -r test; do
	[ -e "$TOP/tests/$test.sh" ] || [ -e "$TOP/tests/$test.c" ] ||
		fail "vfield-security(7) names $test, which is no test"
done

for file in "$TOP"/*/*.[1-8]; do
	mandoc -T lint -W warning "$file" >"$TMP/lint" 2>&1 ||
		fail "$(cat "$TMP/lint")"
done
