# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
# The one command that a person types.
ROLE_WIRE := $(addprefix $(BUILD)/obj/membership/wire/,proto_field.o \
	proto_roles.o)
PROGRAMS += $(BUILD)/bin/vfield

$(BUILD)/bin/vfield: $(call objs,vfield) $(ROLE_WIRE) $(SITE_OBJS) $(AUTHORITY_OBJS) $(LIB_OBJS)
	$(call link,json-c uuid libnbd libsystemd)

# Modules that only vfield has are linked by their unit tests.
CMD_OBJS := $(filter-out %/main.o,$(call objs,vfield))
$(addprefix $(BUILD)/tests/,fold human hosts_edit node_files progress promote \
	replica_row role_rule copy_order check_rule): $(CMD_OBJS) $(SITE_OBJS)

# The pool of addresses has no I/O but for its configuration.
$(BUILD)/fuzz/core_pool: $(BUILD)/obj/vfield/core_pool.o
