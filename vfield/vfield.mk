# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The one command that a person types.
PROGRAMS += $(BUILD)/bin/vfield

$(BUILD)/bin/vfield: $(call objs,vfield) $(SITE_OBJS) $(AUTHORITY_OBJS) $(LIB_OBJS)
	$(call link,json-c uuid libnbd libsystemd)

# Modules that only vfield has are linked by their unit tests.
CMD_OBJS := $(filter-out %/main.o,$(call objs,vfield))
$(addprefix $(BUILD)/tests/,fold human hosts_edit node_files progress promote \
	replica_row copy_order): $(CMD_OBJS) $(SITE_OBJS)
