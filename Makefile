# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# V-FIELD.  One non-recursive Makefile; each directory adds to it by its .mk.
# `make help` prints the lines below that are indented.
#
#   make                 all programs, in $(BUILD)
#   make check           unit and behaviour tests (root: network namespaces)
#   make check-boot      machines that boot, in QEMU
#   make check-breadth   more of them: modules, firmware, network managers
#   make check-asan check-tsan check-valgrind fuzz lint
#   make bench           measurements: see perf/bench
#   make install         into $(DESTDIR)$(PREFIX)
#   make uninstall       what install has put there, by the same words
#   make clean           $(BUILD) is removed
#
#   PREFIX=/usr/local DESTDIR= UNITDIR= BUILD=build
#   CC= PKG_CONFIG= CPPFLAGS= CFLAGS='-O2 -g' LDFLAGS=
#   WERROR=1             a warning is an error
#   SAN=address          a sanitized build; give it a BUILD of its own
#   TESTS='unit/* ...'   which tests a check runs; V=1 shows what is compiled

VERSION := 0.1
PREFIX ?= /usr/local
BUILD ?= build
SAN ?=
CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wstrict-prototypes -Wmissing-prototypes -Wshadow \
	-Wno-unused-parameter $(if $(filter-out 0,$(WERROR)),-Werror)
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -DVF_VERSION='"$(VERSION)"' -I. -fPIC \
	-fno-strict-aliasing $(WARN) $(PKG_CFLAGS) $(CPPFLAGS) $(CFLAGS) \
	$(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer)
ALL_LDFLAGS = -Wl,--as-needed $(LDFLAGS) $(if $(SAN),-fsanitize=$(SAN))

all:

# objs,DIR: the objects of a directory's sources (not of its subdirectories).
objs = $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard $(1)/*.c))

comma := ,

# quiet,WORD: a recipe's line is shown as WORD and its target, or whole (V=1).
quiet = @$(if $(V),set -x;,echo "  $(1) $@";)

# link,LIBRARIES[,FLAGS]: the recipe of what is linked from the objects and
# archives among its prerequisites.  Libraries have their names from libraries.mk.
define link
@mkdir -p $(@D)
$(call quiet,LD)$(CC) $(ALL_LDFLAGS) -o $@ $(sort $(filter %.o,$^)) \
	$(filter %.a,$^) $(call libs,gnutls hogweed nettle inih uuid $(1)) $(2)
endef

# put,MODE,DIR,FILES: INSTALLS is made of these; dist/install.mk follows it.
put = $(foreach file,$(3),$(1):$(2):$(file))
INSTALLS =

include libraries.mk
include lib/lib.mk
include authority/authority.mk
include site/site.mk
include site/run/run.mk
include plugins/plugins.mk
include membership/membership.mk
include router/router.mk
include vfield/vfield.mk
include nbdkit-plugin/plugin.mk
include boot/boot.mk
include tests/tests.mk
-include $(wildcard perf/perf.mk perf/bench.mk man/man.mk dist/install.mk)
-include $(wildcard installer/installer.mk)
-include $(wildcard initramfs/initramfs.mk mkimage/mkimage.mk tests/qemu/qemu.mk)

all: $(PROGRAMS)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(call quiet,CC)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

help:
	@sed -n 's/^#   //p' Makefile

clean:
	rm -rf $(BUILD)

.PHONY: all clean help
.DELETE_ON_ERROR:
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
