# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The installer: a program, and modules in sh beside it.
INSTALLER_OBJS := $(filter-out %/main.o,$(call objs,installer))
INSTALLER_DIR := $(BUILD)/lib/installer
INSTALLER_MODULES := $(patsubst installer/%,$(INSTALLER_DIR)/%,\
	$(wildcard installer/modules/*))
PROGRAMS += $(BUILD)/bin/vfield-install $(INSTALLER_MODULES) \
	$(INSTALLER_DIR)/functions

$(BUILD)/bin/vfield-install: $(call objs,installer) $(SITE_OBJS) $(LIB_OBJS)
	$(call link,blkid)

$(filter $(BUILD)/tests/installer_%,$(UNIT_TESTS)): $(BUILD)/tests/%: \
	$(BUILD)/obj/tests/unit/%.o $(INSTALLER_OBJS) $(SITE_OBJS) $(LIB_OBJS)
	$(call link,blkid cmocka)

# Modules without I/O are linked by the fuzzer.
$(BUILD)/fuzz/installer_disks: $(addprefix $(BUILD)/obj/installer/,layout.o stamp.o)

$(INSTALLER_MODULES): $(INSTALLER_DIR)/%: installer/%
	@mkdir -p $(@D)
	$(call quiet,CP)install -m 755 $< $@

$(INSTALLER_DIR)/functions: installer/functions
	@mkdir -p $(@D)
	$(call quiet,CP)install -m 644 $< $@

INSTALLS += $(call put,755,$(PREFIX)/share/vfield/modules,$(INSTALLER_MODULES)) \
	$(call put,644,$(PREFIX)/share/vfield,$(INSTALLER_DIR)/functions)

MAN_PAGES += $(wildcard installer/*.[1-8])
