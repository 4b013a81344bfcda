# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
#
MEMBER_MAIN := $(BUILD)/obj/membership/main.o
# Routers link the protocol and the client, and no corosync.
CLIENT_OBJS := $(AUTHORITY_OBJS) $(call objs,membership/wire) \
	$(call objs,membership/client)
# A member without corosync, which is a group's driver (group.h).
MEMBER_OBJS := $(filter-out $(MEMBER_MAIN),$(call objs,membership)) \
	$(CLIENT_OBJS)
COROSYNC_OBJS := $(call objs,membership/corosync)
PROGRAMS += $(BUILD)/bin/vfield-member

$(BUILD)/bin/vfield-member: $(MEMBER_MAIN) $(COROSYNC_OBJS) $(MEMBER_OBJS) \
		$(LIB_OBJS)
	$(call link,libcpg libcmap libsystemd)

# The probe of the tests is a router's side of the membership and nothing else.
$(BUILD)/tests/member_probe: $(BUILD)/obj/tests/member_probe.o $(CLIENT_OBJS) \
		$(LIB_OBJS)
	$(call link,uuid)

check: $(BUILD)/tests/member_probe
