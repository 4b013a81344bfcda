# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# Libraries, by pkg-config's names; behind the colon, Debian's packages.
# tests/install-deps and debian/control list the packages, too.
LIBRARIES := blkid:libblkid-dev gnutls:libgnutls28-dev hogweed:nettle-dev inih:libinih-dev json-c:libjson-c-dev \
	libacl:libacl1-dev libcmap:libcmap-dev libcpg:libcpg-dev \
	libmicrohttpd:libmicrohttpd-dev libnbd:libnbd-dev \
	libsquashfs1:libsquashfs-dev libsystemd:libsystemd-dev \
	libxxhash:libxxhash-dev mount:libmount-dev nbdkit:nbdkit-plugin-dev \
	nettle:nettle-dev uuid:uuid-dev
# Unit tests alone want these.
TEST_LIBRARIES := cmocka:libcmocka-dev

PKG_CONFIG ?= pkg-config
name_of = $(firstword $(subst :, ,$(1)))
package_of = $(lastword $(subst :, ,$(1)))
library_there = $(shell $(PKG_CONFIG) --exists $(1) 2>/dev/null && echo yes)

# need,ENTRIES: make ends, in one line, unless all of these can be found.  One
# call of pkg-config is enough where they can.
need = $(if $(call library_there,$(foreach lib,$(1),$(call name_of,$(lib)))),,\
	$(if $(shell command -v $(firstword $(PKG_CONFIG))),,$(error \
		$(firstword $(PKG_CONFIG)) is missing: apt install pkg-config))\
	$(call say_missing,$(foreach lib,$(1),$(if $(call \
		library_there,$(call name_of,$(lib))),,$(lib)))))
say_missing = $(error pkg-config does not find $(foreach lib,$(1),$(call \
	name_of,$(lib))); on Debian: apt install $(foreach lib,$(1),$(call \
	package_of,$(lib))))

# libs,NAMES: the linker's words for them.  pkg-config is asked once a library,
# when the first of its users is linked.
libs = $(foreach lib,$(sort $(1)),$(call libs_once,$(lib)))
libs_once = $(if $(filter undefined,$(origin LIBS_$(1))),$(call need,$(filter \
	$(1):%,$(LIBRARIES) $(TEST_LIBRARIES)))$(eval LIBS_$(1) := $(shell \
	$(PKG_CONFIG) --libs $(1))))$(LIBS_$(1))

# The compiler's words for all of them, asked for when the first file is
# compiled.
PKG_CFLAGS = $(eval PKG_CFLAGS := $(call need,$(LIBRARIES))$(shell \
	$(PKG_CONFIG) --cflags $(foreach lib,$(LIBRARIES),$(call \
	name_of,$(lib)))))$(PKG_CFLAGS)
