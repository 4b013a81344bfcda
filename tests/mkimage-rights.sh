#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# In an image nobody has more rights than in its source.  The image cannot have
# a file's access control list: such a file gets a mode that gives nobody more
# than the list, and is named if the mode changes.
. "$(dirname "$0")/lib.sh"
. "$TOP/tests/mkimage.subr"
need setfacl getfacl

lab=$TMP/lab
system "$lab"
mkdir "$lab/srv/d"
# made NAME MODE ACL: makes a file with this mode and access control list.
made() {
	echo data >"$lab/srv/d/$1"
	chmod "$2" "$lab/srv/d/$1"
	setfacl -m "$3" "$lab/srv/d/$1"
}
echo plain >"$lab/srv/d/plain"
chmod 664 "$lab/srv/d/plain"
made payroll 640 g::---,u:2:rw-,m::rw-  # mode 0660, but the group has no rights
made 'a name "x"' 640 g::---,u:2:r--    # the same, with blanks in the name
made denied 644 u:5:---                 # the list denies one user everything
made group 664 g:7:r--                  # a named group has as much as others
made more 644 u:2:rw-                   # a user has more than others
made masked 664 u:2:rwx,m::r--          # the mask takes rights from the group
setfacl -m g::r-x,u:2:rwx "$lab/srv/d"
setfacl -d -m u:2:rwx "$lab/srv/d"
chown 3:4 "$lab/srv/d/payroll"

modes() {
	(cd "$1/srv/d" && stat -c '%a %u:%g %n' . ./* | sort -k 3)
}
cat >"$TMP/want" <<'END'
755 0:0 .
600 0:0 ./a name "x"
600 0:0 ./denied
664 0:0 ./group
644 0:0 ./masked
644 0:0 ./more
600 3:4 ./payroll
664 0:0 ./plain
END
makes image "$lab"
modes "$TMP/image" | diff "$TMP/want" - || fail "modes"
for file in payroll denied; do
	grep -q "srv/d/$file: its ACL cannot be in the image" "$TMP/said" ||
		fail "$file is not named"
done
! grep -q 'plain: its ACL' "$TMP/said" || fail "plain has no ACL"

# From a tar, which stores the list beside the mode, the modes are the same.
tar -C "$lab" --acls --xattrs -cf "$TMP/lab.tar" .
makes image "$TMP/lab.tar"
modes "$TMP/image" | diff "$TMP/want" - || fail "modes of a tar"
