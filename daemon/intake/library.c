/* SPDX-License-Identifier: Apache-2.0 */
/* libpcap, libevent and expat. Called by command's help. */
#include "intake/library.h"

#include <event2/event.h>
#include <expat.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

void library_intake(char *out, size_t size)
{
    /* "libpcap version 1.10.3 (with TPACKET_V3)" */
    const char *pcap = strstr(pcap_lib_version(), "version ");
    const char *expat = strchr(XML_ExpatVersion(), '_'); /* "expat_2.5.0" */
    pcap = pcap ? pcap + strlen("version ") : pcap_lib_version();
    snprintf(out, size, "libpcap %.*s, libevent %s, expat %s", (int)strcspn(pcap, " "), pcap,
             event_get_version(), expat ? expat + 1 : XML_ExpatVersion());
}
