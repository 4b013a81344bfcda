# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# make check-boot: runs the tests whose machines boot in QEMU.  The files that
# they boot are made once, in $(BUILD)/boot; tests/qemu/install-deps installs
# the programs that this needs.  TESTS chooses tests:
# make check-boot TESTS=qemu/pxe-busybox
#
# JOBS tests run at a time, by default as many as there are processors, since a
# guest keeps one processor busy most of the time.  The tests that take longest
# come first.
BOOT_DIR := $(BUILD)/boot
BOOT_TIMEOUT ?= 1500
BOOT_TESTS := qemu/outlives qemu/shutdown qemu/iso qemu/disks qemu/*

$(BOOT_DIR)/kernel.done: tests/qemu/prepare
	@mkdir -p $(@D)
	tests/qemu/prepare kernel $(@D)
	@touch $@

$(BOOT_DIR)/debian.done: tests/qemu/prepare $(BOOT_DIR)/kernel.done
	tests/qemu/prepare debian $(@D)
	@touch $@

$(BOOT_DIR)/initrd: $(PROGRAMS) $(BOOT_DIR)/kernel.done
	$(BUILD)/bin/vfield-mkinitramfs --root $(BOOT_DIR)/kernel -o $@
	{ zstd -qdc $@ || gzip -dc $@; } >$@.cpio 2>/dev/null

BOOT_IMAGES := $(BOOT_DIR)/image.done $(BOOT_DIR)/lab.done
$(BOOT_IMAGES): $(BOOT_DIR)/%.done: $(BOOT_DIR)/initrd $(BOOT_DIR)/debian.done \
		tests/qemu/boot.subr
	tests/qemu/prepare $* $(@D) >$(BOOT_DIR)/$*.log 2>&1 || \
		{ cat $(BOOT_DIR)/$*.log; false; }
	@touch $@

boot-files: all $(BOOT_DIR)/initrd $(BOOT_DIR)/debian.done

check-boot: boot-files $(BOOT_IMAGES) $(BUILD)/tests/member_probe
	@JOBS=$(or $(JOBS),$$(nproc)) TEST_TIMEOUT=$(BOOT_TIMEOUT) \
		FAILED_LINES=200 TESTS='$(or $(TESTS),$(BOOT_TESTS))' $(RUN_TESTS)

# make check-breadth: boots many kinds of machines, for which check-boot has too
# little time.  Each machine that has booted is a row of the table
# $(BUILD)/tests/breadth.txt.
$(BOOT_DIR)/managers.done: $(BOOT_DIR)/initrd tests/qemu/prepare
	tests/qemu/prepare managers $(@D) >$(BOOT_DIR)/managers.log 2>&1 || \
		{ cat $(BOOT_DIR)/managers.log; false; }
	@touch $@

$(BOOT_DIR)/roots.done: $(BOOT_DIR)/initrd tests/qemu/prepare
	tests/qemu/prepare roots $(@D) >$(BOOT_DIR)/roots.log 2>&1 || \
		{ cat $(BOOT_DIR)/roots.log; false; }
	@touch $@

$(BOOT_DIR)/arm64.done: $(BOOT_DIR)/initrd tests/qemu/prepare
	tests/qemu/prepare arm64 $(@D) >$(BOOT_DIR)/arm64.log 2>&1 || \
		{ cat $(BOOT_DIR)/arm64.log; false; }
	@touch $@

$(BOOT_DIR)/installer.done: $(BOOT_DIR)/initrd tests/qemu/prepare
	tests/qemu/prepare installer $(@D) >$(BOOT_DIR)/installer.log 2>&1 || \
		{ cat $(BOOT_DIR)/installer.log; false; }
	@touch $@

ROOM_FILES := tests/breadth/ring.c $(wildcard plugins/*/build plugins/*/plugin)
$(BOOT_DIR)/room.done: $(BOOT_DIR)/initrd tests/qemu/prepare $(ROOM_FILES)
	tests/qemu/prepare room $(@D) >$(BOOT_DIR)/room.log 2>&1 || \
		{ cat $(BOOT_DIR)/room.log; false; }
	@touch $@

BREADTH_MADE := room managers roots arm64 installer
ifneq ($(TESTS),)
ifeq ($(filter-out breadth/plugins-%,$(TESTS)),)
BREADTH_MADE := room
endif
ifeq ($(filter-out breadth/install%,$(TESTS)),)
BREADTH_MADE := installer
endif
endif

# What cannot be made fails the tests that use it, and no others.
check-breadth: boot-files
	-@$(MAKE) --no-print-directory -k $(BREADTH_MADE:%=$(BOOT_DIR)/%.done)
	@rm -f $(BUILD)/tests/breadth.cells
	@JOBS=$(or $(JOBS),$$(nproc)) TEST_TIMEOUT=3600 FAILED_LINES=200 \
		TESTS='$(or $(TESTS),breadth/*)' $(RUN_TESTS); \
		result=$$?; \
		tests/breadth/table $(BUILD)/tests/breadth.cells | \
		tee $(BUILD)/tests/breadth.txt; exit $$result

.PHONY: boot-files check-boot check-breadth
