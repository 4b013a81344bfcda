# make check-boot: machines that really boot, in QEMU.  What they boot is made
# once, in $(BUILD)/boot; tests/boot/install-deps installs what that needs.
# TESTS chooses here too: make check-boot TESTS=boot/pxe-busybox
BOOT_DIR := $(BUILD)/boot
BOOT_TIMEOUT ?= 1500

$(BOOT_DIR)/kernel.done: tests/boot/prepare
	@mkdir -p $(@D)
	tests/boot/prepare kernel $(@D)
	@touch $@

$(BOOT_DIR)/debian.done: tests/boot/prepare $(BOOT_DIR)/kernel.done
	tests/boot/prepare debian $(@D)
	@touch $@

$(BOOT_DIR)/initrd: $(PROGRAMS) $(BOOT_DIR)/kernel.done
	$(BUILD)/bin/vfield-mkinitramfs --root $(BOOT_DIR)/kernel -o $@

boot-files: all $(BOOT_DIR)/initrd $(BOOT_DIR)/debian.done

check-boot: boot-files $(BUILD)/tests/member_probe
	@TEST_TIMEOUT=$(BOOT_TIMEOUT) FAILED_LINES=200 \
		TESTS='$(or $(TESTS),boot/*)' $(RUN_TESTS)

.PHONY: boot-files check-boot
