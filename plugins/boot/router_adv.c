#include "plugins/boot/router_adv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>

#include "lib/cleanup.h"

#define IP6_HEADER 40
#define ICMP6 58
#define HOPS 255 /* it has passed no router: NDP trusts nothing else */
#define SOLICITATION 133
#define ADVERTISEMENT 134
#define SOLICITATION_SIZE 8
#define PACKET_MAX 256 /* bytes; more options than anybody sends */

static bool
is_link_local(const uint8_t ip[IP6_SIZE])
{
	return ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80;
}

bool
router_adv_asked(const uint8_t *buf, size_t len, uint8_t from[IP6_SIZE])
{
	if (len < IP6_HEADER + SOLICITATION_SIZE || buf[0] >> 4 != 6 ||
	    buf[6] != ICMP6 || buf[7] != HOPS ||
	    buf[IP6_HEADER] != SOLICITATION || buf[IP6_HEADER + 1] != 0 ||
	    !is_link_local(buf + 8))
		return false;
	memcpy(from, buf + 8, IP6_SIZE);
	return true;
}

/* RFC 4291, appendix A. */
static void
link_local_of(const uint8_t mac[MAC_SIZE], uint8_t ip[IP6_SIZE])
{
	memset(ip, 0, IP6_SIZE);
	ip[0] = 0xfe;
	ip[1] = 0x80;
	memcpy(ip + 8, mac, 3);
	ip[8] ^= 2;
	ip[11] = 0xff;
	ip[12] = 0xfe;
	memcpy(ip + 13, mac + 3, 3);
}

/* RFC 8200, 8.1: addresses, length and next header are part of it. */
static uint16_t
checksum(const uint8_t *packet, size_t len)
{
	uint32_t sum = len - IP6_HEADER + ICMP6;

	for (size_t i = 8; i < len; i += 2)
		sum += packet[i] << 8 | packet[i + 1];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

void
router_adv_encode(uint8_t buf[ROUTER_ADV_SIZE], const uint8_t mac[MAC_SIZE],
		  const uint8_t to[IP6_SIZE])
{
	uint16_t sum;

	memset(buf, 0, ROUTER_ADV_SIZE);
	buf[0] = 6 << 4;
	buf[5] = ROUTER_ADV_SIZE - IP6_HEADER;
	buf[6] = ICMP6;
	buf[7] = HOPS;
	link_local_of(mac, buf + 8);
	memcpy(buf + 24, to, IP6_SIZE);
	/* no hop limit, no flags, no lifetime, no times, no options */
	buf[IP6_HEADER] = ADVERTISEMENT;
	sum = checksum(buf, ROUTER_ADV_SIZE);
	buf[IP6_HEADER + 2] = sum >> 8;
	buf[IP6_HEADER + 3] = sum & 255;
}

/* --- the socket --- */

static int
only_solicitations(int fd)
{
	static struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, SKF_AD_OFF + SKF_AD_PROTOCOL),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 0, 5),
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ICMP6, 0, 3),
	    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, IP6_HEADER),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SOLICITATION, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, PACKET_MAX),
	    BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {sizeof code / sizeof *code, code};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
			  sizeof program);
}

int
router_adv_open(int ifindex)
{
	/* Protocol 0: nothing comes before the filter is in place. */
	AUTO_CLOSE int fd =
	    socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_ll ll = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(ETH_P_IPV6),
				 .sll_ifindex = ifindex};
	/* ff02::2, all routers */
	struct packet_mreq group = {.mr_ifindex = ifindex,
				    .mr_type = PACKET_MR_MULTICAST,
				    .mr_alen = ETH_ALEN,
				    .mr_address = {0x33, 0x33, 0, 0, 0, 2}};

	if (fd == -1 || only_solicitations(fd) == -1 ||
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &group,
		       sizeof group) == -1 ||
	    bind(fd, (struct sockaddr *)&ll, sizeof ll) == -1)
		return -1;
	return TAKE_FD(fd);
}

int
router_adv_receive(int fd, uint8_t from[IP6_SIZE], uint8_t mac[MAC_SIZE])
{
	for (;;) {
		uint8_t buf[PACKET_MAX];
		struct sockaddr_ll ll = {0};
		socklen_t len = sizeof ll;
		ssize_t n = recvfrom(fd, buf, sizeof buf, 0,
				     (struct sockaddr *)&ll, &len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (ll.sll_pkttype == PACKET_OUTGOING ||
		    ll.sll_halen != MAC_SIZE || !router_adv_asked(buf, n, from))
			continue;
		memcpy(mac, ll.sll_addr, MAC_SIZE);
		return 0;
	}
}

int
router_adv_send(int fd, int ifindex, const uint8_t own[MAC_SIZE],
		const uint8_t to[IP6_SIZE], const uint8_t mac[MAC_SIZE])
{
	struct sockaddr_ll ll = {.sll_family = AF_PACKET,
				 .sll_protocol = htons(ETH_P_IPV6),
				 .sll_ifindex = ifindex,
				 .sll_halen = ETH_ALEN};
	uint8_t buf[ROUTER_ADV_SIZE];

	memcpy(ll.sll_addr, mac, MAC_SIZE);
	router_adv_encode(buf, own, to);
	return sendto(fd, buf, sizeof buf, 0, (struct sockaddr *)&ll,
		      sizeof ll) == -1
		   ? -1
		   : 0;
}
