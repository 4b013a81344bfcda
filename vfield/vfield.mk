# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The one command that a person types.
PROGRAMS += $(BUILD)/bin/vfield

$(BUILD)/bin/vfield: $(call objs,vfield) $(LIB_OBJS)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIB_LIBS) \
		$(shell pkg-config --libs json-c uuid libsystemd)

# unit tests of what only vfield has
CMD_OBJS := $(filter-out %/main.o,$(call objs,vfield))
$(BUILD)/tests/human $(BUILD)/tests/node_files $(BUILD)/tests/replica_row \
$(BUILD)/tests/promote: \
	$(CMD_OBJS)
