# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# vfield-plugin, which runs a host's plugins.
PLUGIN_OBJS := $(filter-out %/main.o,$(call objs,site/run))
PROGRAMS += $(BUILD)/bin/vfield-plugin
$(BUILD)/bin/vfield-plugin: $(call objs,site/run) $(SITE_OBJS) $(LIB_OBJS)
	$(call link,json-c)

MAN_PAGES += $(wildcard site/run/*.[1-8])
