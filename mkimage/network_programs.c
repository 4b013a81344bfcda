/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "mkimage/network_programs.h"

#include <fnmatch.h>
#include <stddef.h>
#include <string.h>

/* For each network program, its name and a pattern of the path that a source
 * has if it starts that program at boot. */
static const struct {
	const char *pattern, *name;
} untold[] = {
    {"etc/systemd/system/*.wants/netctl*", "netctl"},
    {"etc/systemd/system/*.wants/dhclient*", "dhclient"},
    {"etc/systemd/system/*.wants/ifplugd*", "ifplugd"},
    {"etc/systemd/system/*.wants/netplug*", "netplug"},
    {"etc/systemd/system/*.wants/wicd*", "wicd"},
    {"etc/rc[2-5].d/S??@(wicd|ifplugd|netplug|netscript)*",
     "wicd, ifplugd, netplug or netscript"},
    {"etc/runlevels/*/net.[!l]*", "netifrc"},
    {"etc/runlevels/*/@(dhclient|wicd|ifplugd)", "dhclient, wicd or ifplugd"},
    {"etc/runit/runsvdir/*/dhclient*", "dhclient"},
    {"etc/runit/runsvdir/*/wicd", "wicd"},
    {"var/service/@(dhclient*|wicd)", "dhclient or wicd"},
    {"etc/rc.d/rc.inet1", "Slackware's rc.inet1"},
    {"etc/s6-rc/source/*/@(dhclient|udhcpc)*", "a service of s6"},
    {"etc/config/network", "OpenWrt's netifd"},
};

const char *
network_untold(const char *path)
{
	if (strncmp(path, "etc/", 4) != 0 && strncmp(path, "var/", 4) != 0)
		return NULL;
	for (size_t i = 0; i < sizeof untold / sizeof *untold; i++)
		if (fnmatch(untold[i].pattern, path,
			    FNM_PATHNAME | FNM_EXTMATCH) == 0)
			return untold[i].name;
	return NULL;
}
