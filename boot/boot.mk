# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The boot service: vfield boot.
BOOT_MAIN := $(BUILD)/obj/boot/main.o
BOOT_OBJS := $(filter-out $(BOOT_MAIN),$(call objs,boot))
PROGRAMS += $(BUILD)/bin/vfield-boot

$(BUILD)/bin/vfield-boot: $(BOOT_MAIN) $(BOOT_OBJS) $(CLIENT_OBJS) $(LIB_OBJS)
	$(call link,libmicrohttpd json-c uuid libsystemd libnbd libsquashfs1)

# Modules without I/O are linked by the unit tests and the fuzzer.
BOOT_PURE := $(addprefix $(BUILD)/obj/boot/,dhcp_packet.o http_range.o \
	ipxe_script.o late.o machines.o machines_text.o \
	name_pattern.o port.o router_adv.o)
$(addprefix $(BUILD)/tests/,boot_packet boot_late boot_machines boot_port boot_script) \
	$(addprefix $(BUILD)/fuzz/,boot_packet boot_machines http_range): $(BOOT_PURE)
$(BUILD)/fuzz/squashfs: TEST_LIBS += libsquashfs1
