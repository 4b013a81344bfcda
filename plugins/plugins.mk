# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The shipped plugins, where programs find them: share/vfield/plugins beside
# bin/, in the build too.  Those that use plugins/functions have a copy of it.
PLUGIN_FILES := $(shell find plugins/*/ -type f)
PROGRAMS += $(PLUGIN_FILES:%=$(BUILD)/share/vfield/%)

$(BUILD)/share/vfield/plugins/%: plugins/%
	@mkdir -p $(@D)
	$(call quiet,CP)cp -p $< $@

PLUGIN_SHARE := $(sort $(foreach file,$(shell grep -rlFx '. ./functions' \
	plugins/*/),$(word 2,$(subst /, ,$(file)))))
PLUGIN_COPIES := $(PLUGIN_SHARE:%=$(BUILD)/share/vfield/plugins/%/functions)
PROGRAMS += $(PLUGIN_COPIES)

$(PLUGIN_COPIES): plugins/functions
	@mkdir -p $(@D)
	$(call quiet,CP)cp -p $< $@

PLUGIN_RUN := $(shell find plugins/*/ -type f -perm -100)
put_plugin = $(1):$(PREFIX)/share/vfield/$(patsubst %/,%,$(dir $(2))):$(2)
INSTALLS += $(foreach file,$(PLUGIN_FILES),$(call put_plugin,$(if $(filter \
	$(file),$(PLUGIN_RUN)),755,644),$(file))) $(foreach name,$(PLUGIN_SHARE),\
	644:$(PREFIX)/share/vfield/plugins/$(name):plugins/functions)
