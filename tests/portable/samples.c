/* SPDX-License-Identifier: Apache-2.0 */
/* Core alone, without any other part of the program: identifies every sample of every protocol on the protocol's port, prints the
 * records, and fails where one does not say what the sample does. What it prints is the same on every machine. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/registry.h"
#include "verdict/hexline.h"

static struct buffer out;

/* Does the record, up to the list of its messages, have this text? */
static bool says(const char *record, const char *text)
{
    const char *found = strstr(record, text), *messages = strstr(record, "\"messages\":[");
    return found && messages && found < messages;
}

static bool is_right(const char *record, const struct protocol *protocol, const struct sample *sample)
{
    static const char *const locations[] = { "unknown", "none", "invalid", "valid" };
    char text[160];
    snprintf(text, sizeof(text), "\"%s\"", protocol->name);
    if (!says(record, text) || !says(record, "\"verdict\":\"ok\""))
        return false;
    snprintf(text, sizeof(text), "\"location\":\"%s\"", locations[sample->location]);
    if (!says(record, text))
        return false;
    snprintf(text, sizeof(text), "\"device\":\"%s\"", sample->device);
    return !sample->device || !sample->device[0] || says(record, text);
}

static bool take(struct hexline *hexline, const struct protocol *protocol, const struct sample *sample)
{
    static uint8_t bytes[MESSAGE_MAX];
    struct service service = { sample->datagram ? TRANSPORT_UDP : TRANSPORT_TCP, protocol->port };
    struct hexline_form form = { .json = true, .explain = true };
    size_t length;
    out.length = 0;
    if (!sample_bytes(sample, bytes, sizeof(bytes), &length))
        return false;
    hexline_judge(hexline, &service, cursor_of(bytes, length), &form, &out);
    out.bytes[out.length] = '\0';
    fputs((const char *)out.bytes, stdout);
    return is_right((const char *)out.bytes, protocol, sample);
}

int main(void)
{
    struct detector *detector = detector_new(registry);
    struct ports *ports = ports_new(registry);
    struct hexline *hexline = hexline_new(detector, ports);
    void *memory = malloc(HEXLINE_RECORD_MAX + 1);
    unsigned right = 0, wrong = 0;
    if (!detector || !ports || !hexline || !memory)
        return EXIT_FAILURE;
    out = buffer_on(memory, HEXLINE_RECORD_MAX);
    for (size_t i = 0; registry[i]; i++) {
        for (const struct sample *sample = registry[i]->samples; sample->text || sample->hex; sample++) {
            bool is_fine = take(hexline, registry[i], sample);
            *(is_fine ? &right : &wrong) += 1;
            if (!is_fine)
                fprintf(stderr, "%s, sample %d is not what it says\n", registry[i]->name,
                        (int)(sample - registry[i]->samples));
        }
    }
    fprintf(stderr, "%u samples are right, %u wrong\n", right, wrong);
    free(memory);
    hexline_free(hexline);
    ports_free(ports);
    detector_free(detector);
    return wrong == 0 && right > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
