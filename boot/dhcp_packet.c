/* SPDX-License-Identifier: BSD-3-Clause
 * SPDX-FileCopyrightText: 2026 The V-FIELD authors */

#include "boot/dhcp_packet.h"

#include <errno.h>
#include <string.h>

#include "lib/codec.h"

/* Sizes in bytes, and numbers, from RFC 791, 768, 2131 and 2132. */
#define IP_HEAD 20
#define UDP_HEAD 8
#define PROTOCOL_UDP 17
#define PORT_SERVER 67
#define PORT_CLIENT 68
/* bits of an IP header's third word that are 0 unless the packet is a
 * fragment */
#define FRAGMENT 0x3fff
#define COOKIE 0x63825363
#define BROADCAST 0x8000
#define BOOT_REQUEST 1
#define BOOT_REPLY 2
#define ETHERNET 1

enum option {
	OPT_PAD = 0,
	OPT_DOMAIN = 15,
	OPT_REQUESTED = 50,
	OPT_TYPE = 53,
	OPT_SERVER = 54,
	OPT_PARAMETERS = 55,
	OPT_VENDOR = 60,
	OPT_USER_CLASS = 77,
	OPT_ARCH = 93,
	OPT_IPXE = 175,
	OPT_END = 255,
};

static void
skip(struct reader *r, size_t n)
{
	(void)read_view(r, n);
}

static void
copy_text(char to[DHCP_TEXT], const uint8_t *from, size_t len)
{
	size_t n = len < DHCP_TEXT - 1 ? len : DHCP_TEXT - 1;

	for (size_t i = 0; i < n; i++)
		to[i] = from[i] > ' ' && from[i] < 127 ? from[i] : '?';
	to[n] = '\0';
}

static void
take_option(struct dhcp_packet *p, uint8_t code, const uint8_t *v, uint8_t len)
{
	struct reader r = reader_init(v, len);

	switch (code) {
	case OPT_TYPE:
		p->type = read_u8(&r);
		break;
	case OPT_REQUESTED:
		p->requested = read_u32(&r);
		break;
	case OPT_SERVER:
		p->server = read_u32(&r);
		break;
	case OPT_DOMAIN:
		copy_text(p->domain, v, len);
		break;
	case OPT_VENDOR:
		copy_text(p->vendor, v, len);
		break;
	case OPT_ARCH:
		p->arch = len >= 2 ? read_u16(&r) : -1;
		break;
	/* the option's value may begin with a length (RFC 3004) */
	case OPT_USER_CLASS:
		p->ipxe = p->ipxe || memmem(v, len, "iPXE", 4) != NULL;
		break;
	case OPT_IPXE:
		p->ipxe = true;
		break;
	default:
		break;
	}
}

static void
read_options(struct reader *r, struct dhcp_packet *p)
{
	while (r->left > 0) {
		uint8_t code = read_u8(r), len;
		const uint8_t *v;

		if (code == OPT_END)
			return;
		if (code == OPT_PAD)
			continue;
		len = read_u8(r);
		v = read_view(r, len);
		if (v == NULL)
			return;
		take_option(p, code, v, len);
	}
}

/* Reads the IP and UDP headers.  Returns 0, or -1 if the packet is a fragment,
 * or no UDP over IPv4 between DHCP's ports. */
static int
read_ip(struct reader *r, struct dhcp_packet *p)
{
	uint8_t first = read_u8(r);
	size_t head = (first & 15) * 4;
	uint16_t total, from, to;

	skip(r, 1);
	total = read_u16(r);
	skip(r, 2);
	if (first >> 4 != 4 || head < IP_HEAD || total < head + UDP_HEAD ||
	    total > r->left + 6 || (read_u16(r) & FRAGMENT) != 0)
		return -1;
	/* ignores the padding of a short Ethernet frame */
	r->left = total - 8;
	skip(r, 1);
	if (read_u8(r) != PROTOCOL_UDP)
		return -1;
	skip(r, 2);
	p->from = read_u32(r);
	skip(r, 4 + head - IP_HEAD);
	from = read_u16(r);
	to = read_u16(r);
	skip(r, 4);
	if (r->failed || (to != PORT_SERVER && to != PORT_CLIENT) ||
	    (from != PORT_SERVER && from != PORT_CLIENT))
		return -1;
	return 0;
}

static int
read_bootp(struct reader *r, struct dhcp_packet *p)
{
	uint8_t op = read_u8(r), hardware = read_u8(r), len = read_u8(r);

	skip(r, 1);
	p->reply = op == BOOT_REPLY;
	p->xid = read_u32(r);
	skip(r, 4);
	p->ciaddr = read_u32(r);
	p->yiaddr = read_u32(r);
	skip(r, 8);
	read_bytes(r, p->mac, sizeof p->mac);
	skip(r, 10 + 64 + 128);
	if (read_u32(r) != COOKIE || r->failed)
		return -1;
	return (op == BOOT_REQUEST || op == BOOT_REPLY) &&
		       hardware == ETHERNET && len == MAC_SIZE
		   ? 0
		   : -1;
}

int
dhcp_decode(const uint8_t *buf, size_t len, struct dhcp_packet *p)
{
	struct reader r = reader_init(buf, len);

	*p = (struct dhcp_packet){.arch = -1};
	if (read_ip(&r, p) == -1 || read_bootp(&r, p) == -1) {
		errno = EPROTO;
		return -1;
	}
	read_options(&r, p);
	return 0;
}

bool
dhcp_from_rom(const struct dhcp_packet *p)
{
	return p->type == DHCP_BOOTP || p->ipxe ||
	       strncmp(p->vendor, "PXEClient", 9) == 0 ||
	       strncmp(p->vendor, "HTTPClient", 10) == 0;
}

static uint16_t
ip_checksum(const uint8_t *p, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i += 2)
		sum += p[i] << 8 | p[i + 1];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* Writes the IP and UDP headers.  A UDP checksum of 0 says that the packet has
 * no checksum. */
static void
write_heads(struct writer *w)
{
	static const uint8_t ip[IP_HEAD] = {0x45,
					    0,
					    DHCP_DISCOVER_SIZE >> 8,
					    DHCP_DISCOVER_SIZE & 255,
					    [8] = 64,
					    [9] = PROTOCOL_UDP,
					    [16] = 255,
					    [17] = 255,
					    [18] = 255,
					    [19] = 255};
	uint16_t sum = ip_checksum(ip, sizeof ip);

	write_bytes(w, ip, 10);
	write_u16(w, sum);
	write_bytes(w, ip + 12, 8);
	write_u16(w, PORT_CLIENT);
	write_u16(w, PORT_SERVER);
	write_u16(w, DHCP_DISCOVER_SIZE - IP_HEAD);
	write_u16(w, 0);
}

void
dhcp_encode_discover(uint8_t buf[DHCP_DISCOVER_SIZE], uint32_t xid,
		     const uint8_t mac[MAC_SIZE])
{
	static const uint8_t zeros[10 + 64 + 128];
	static const uint8_t options[] = {
	    OPT_TYPE, 1, DHCP_DISCOVER, OPT_PARAMETERS, 3,
	    1,        3, OPT_DOMAIN,    OPT_END};
	struct writer w = writer_init(buf, DHCP_DISCOVER_SIZE);

	memset(buf, 0, DHCP_DISCOVER_SIZE);
	write_heads(&w);
	write_u8(&w, BOOT_REQUEST);
	write_u8(&w, ETHERNET);
	write_u8(&w, MAC_SIZE);
	write_u8(&w, 0);
	write_u32(&w, xid);
	write_u16(&w, 0);
	write_u16(&w, BROADCAST);
	/* the four addresses ciaddr to giaddr, of which the client has none */
	write_bytes(&w, zeros, 16);
	write_bytes(&w, mac, MAC_SIZE);
	write_bytes(&w, zeros, sizeof zeros);
	write_u32(&w, COOKIE);
	write_bytes(&w, options, sizeof options);
}
