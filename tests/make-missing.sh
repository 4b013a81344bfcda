#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# If a library is missing, make ends with one line that names its Debian
# package.  Goals that need no library still work.
. "$(dirname "$0")/lib.sh"
need make pkg-config

# A pkg-config that finds neither libcpg nor inih.
cat >"$TMP/bin/some-missing" <<'END'
#!/bin/sh
case " $* " in
*" libcpg "* | *" inih "*) echo "Package libcpg was not found" >&2 && exit 1 ;;
esac
exec pkg-config "$@"
END
chmod +x "$TMP/bin/some-missing"

# one_line TEXT MAKE_WORDS...: fails the test unless make fails and prints one
# line, with TEXT in it.
one_line() {
	expected=$1
	shift
	! make -C "$TOP" --no-print-directory BUILD="$TMP/build" "$@" \
		>"$TMP/out" 2>&1 || fail "make $*: has not failed"
	[ "$(wc -l <"$TMP/out")" -eq 1 ] && grep -qF -e "$expected" "$TMP/out" ||
		fail "make $*: $(cat "$TMP/out")"
	echo "make $*: $(cat "$TMP/out")"
}

one_line 'apt install libinih-dev libcpg-dev' PKG_CONFIG=some-missing
one_line 'apt install pkg-config' PKG_CONFIG=no-such-program
for goal in help clean; do
	make -C "$TOP" PKG_CONFIG=no-such-program BUILD="$TMP/build" $goal ||
		fail "make $goal wants libraries"
done
