# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# V-FIELD.  One non-recursive Makefile; each directory adds to it by its .mk.
#
#   make                 all programs, in $(BUILD)
#   make check           unit and behaviour tests (root: network namespaces)
#   make check-asan check-tsan check-valgrind fuzz lint
#   make install DESTDIR= PREFIX=/usr
#   make SAN=address BUILD=build-asan     a sanitized build

VERSION := 0.1
PREFIX ?= /usr/local
BUILD ?= build
SAN ?=
CC ?= gcc
PKGS := libnbd nettle libxxhash json-c inih uuid
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) nbdkit libcpg libcmap libsystemd)
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wstrict-prototypes -Wmissing-prototypes -Wshadow \
	-Wno-unused-parameter
ifneq ($(CI)$(WERROR),)
WARN += -Werror
endif
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -DVF_VERSION='"$(VERSION)"' \
	-DVF_BINDIR='"$(PREFIX)/bin"' -DVF_LIBEXECDIR='"$(PREFIX)/libexec/vfield"' \
	-I. -fPIC -fno-strict-aliasing $(WARN) $(CFLAGS) $(PKG_CFLAGS) \
	$(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer)
ALL_LDFLAGS = $(LDFLAGS) $(if $(SAN),-fsanitize=$(SAN))

all:

# objs,DIR: the objects of a directory's sources (not of its subdirectories).
objs = $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard $(1)/*.c))

include lib/lib.mk
include membership/membership.mk
include router/router.mk
include vfield/vfield.mk
include nbdkit-plugin/plugin.mk
include boot/boot.mk
include tests/tests.mk
-include $(wildcard perf/perf.mk perf/bench.mk man/man.mk dist/install.mk)
-include $(wildcard initramfs/initramfs.mk mkimage/mkimage.mk tests/qemu/qemu.mk)

all: $(PROGRAMS)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	@$(if $(V),,echo "  CC $<";) $(if $(V),set -x;) \
		$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

clean:
	rm -rf $(BUILD)

.PHONY: all clean
.DELETE_ON_ERROR:
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
