/* SPDX-License-Identifier: Apache-2.0 */
/* The table of options. Another option is another row, and a member of struct options. */
#include "command/option.h"

#include <string.h>

#define AT(member) offsetof(struct options, member)

static const struct option_row rows[] = {
    /* what is shown, and how */
    { 'f', 0, "format", "text|json", OPTION_CHOICE, AT(format),
      "text for people, or one JSON object a line" },
    { 's', 0, "summary", NULL, OPTION_FLAG, AT(summary), "no line for every message, only the summary" },
    { 'q', 'q', "quiet", NULL, OPTION_FLAG, AT(quiet), "only findings, and the summary" },
    { 'x', 'x', "hex", NULL, OPTION_FLAG, AT(all_hex), "all HEX, on a terminal too" },
    { 'A', 'A', "text", NULL, OPTION_FLAG, AT(all_text), "all text instead of HEX" },
    { 'C', 0, "color", "auto|always|never", OPTION_CHOICE, AT(color),
      "auto: on a terminal, and without NO_COLOR" },
    { 'T', 0, "time", "local|utc|epoch|delta|none", OPTION_CHOICE, AT(time), "the times at the lines" },
    { 'U', 0, "utc", NULL, OPTION_FLAG, AT(utc), "the same as --time utc" },
    /* what is chosen */
    { 'd', 0, "device", "ID", OPTION_LIST, AT(devices), "shows only this device; may be repeated" },
    { 'p', 0, "peer", "ADDRESS[/LEN]", OPTION_LIST, AT(peers), "shows only who sends from there" },
    { 'R', 0, "port", "PORTS", OPTION_LIST, AT(ports), "shows only these ports: 5001-5100,udp:5013" },
    { 'P', 0, "protocol", "NAME", OPTION_LIST, AT(protocols), "shows only what speaks it" },
    { 'F', 0, "finding", "[CODE]", OPTION_CODES, AT(findings),
      "shows only whom a finding, or this one, concerns" },
    { 'W', 0, "follow", "PEER|DEVICE", OPTION_TEXT, AT(follow), "shows one conversation, text beside HEX" },
    /* when it ends, what is kept */
    { 'n', 'c', "count", "N", OPTION_COUNT, AT(count), "ends after N messages of devices" },
    { 'o', 0, "for", "TIME", OPTION_SPAN, AT(span), "ends after 30s, 10m, 2h" },
    { 'e', 0, "every", "TIME", OPTION_SPAN, AT(every), "prints the summary again and again" },
    { 'w', 'w', "write", "FILE", OPTION_TEXT, AT(capture), "keeps the packets of what is shown, as pcapng" },
    { 'L', 0, "hexlog", "DIR", OPTION_TEXT, AT(hexlog), "keeps the HEX too, one file for each port" },
    { 'H', 0, "history", "FILE", OPTION_TEXT, AT(history),
      "keeps devices, findings and messages in this file" },
    /* of the history, of bundle */
    { 'z', 0, "format", "text|json|csv", OPTION_CHOICE, AT(format),
      "text for people, one JSON object a line, or CSV" },
    { 'a', 0, "since", "TIME", OPTION_TEXT, AT(since),
      "from 2h, 7d ago, 2026-11-27 or \"2026-11-27 10:30\"" },
    { 'u', 0, "until", "TIME", OPTION_TEXT, AT(until), "up to then, given in the same way" },
    { 'm', 0, "messages", NULL, OPTION_FLAG, AT(messages_only), "only messages" },
    { 'j', 0, "findings", NULL, OPTION_FLAG, AT(findings_only), "only findings" },
    { 'V', 0, "devices", NULL, OPTION_FLAG, AT(devices_only), "only who has sent, and what was known last" },
    { 'l', 0, "last", "N", OPTION_COUNT, AT(last), "only the latest N messages, or findings" },
    { 'I', 0, "history", "FILE", OPTION_TEXT, AT(history), "the history; default: the configuration's" },
    { 'X', 0, "mask", NULL, OPTION_FLAG, AT(mask), "hides ids, places and addresses, in the HEX too" },
    { 'Y', 0, "keep-unknown", NULL, OPTION_FLAG, AT(keep_unknown),
      "with --mask: bytes that nobody understands stay" },
    { 'b', 'o', "output", "FILE", OPTION_TEXT, AT(output), "into this file; default: standard output" },
    /* where it looks, what it goes by */
    { 'i', 'i', "interface", "IFACE", OPTION_TEXT, AT(interface),
      "one interface; default: any, which is all" },
    { 'N', 0, "no-answer", NULL, OPTION_FLAG, AT(no_answer), "says nothing to the devices" },
    { 't', 0, "traccar", "DIR|none", OPTION_TEXT, AT(traccar),
      "the Traccar whose ports count; none: usual ports" },
    { 'c', 'c', "config", "FILE", OPTION_TEXT, AT(config), "the configuration to start from" },
    { 'g', 0, "config", "FILE", OPTION_TEXT, AT(config), "the configuration to start from" },
    { 'O', 0, "socket", "FILE", OPTION_TEXT, AT(socket), "the control socket; default: the configuration's" },
    { 'k', 0, "check", NULL, OPTION_FLAG, AT(check), "only checks the configuration, on this host" },
    /* of log, of identify and protocols */
    { 'G', 0, "follow", NULL, OPTION_FLAG, AT(goes_on), "goes on with what is added to the last FILE" },
    { 'E', 0, "explain", NULL, OPTION_FLAG, AT(explain), "shows which bytes are id, time, place, fix flag" },
    { 'S', 0, "paste", NULL, OPTION_FLAG, AT(paste), "lines of HEX are one paste: wrapped lines joined" },
    { 'K', 0, "kin", NULL, OPTION_FLAG, AT(kin), "the protocols that share messages" },
    { 'M', 0, "manual", NULL, OPTION_FLAG, AT(manual), "the catalogue as a manual page" },
    /* of demo */
    { 'D', 0, "devices", "N", OPTION_COUNT, AT(trackers), "so many trackers, each of which does right" },
    { 'r', 0, "rate", "R", OPTION_COUNT, AT(rate), "messages a second, of all together" },
    { 'J', 0, "protocol", "NAME", OPTION_LIST, AT(protocols),
      "only trackers that speak it; may be repeated" },
    { 'Z', 0, "speed", "N", OPTION_COUNT, AT(speed), "the story goes N times faster" },
    { 'h', 'h', "help", NULL, OPTION_HELP, 0, "this help" },
    { 'v', 0, "version", NULL, OPTION_VERSION, 0, "the program's version" },
};

const struct option_row *option_at(size_t index)
{
    return index < sizeof(rows) / sizeof(rows[0]) ? &rows[index] : NULL;
}

bool option_is_taken(const struct command *command, const struct option_row *row)
{
    return row->kind >= OPTION_HELP || strchr(command->options, row->id) != NULL;
}
