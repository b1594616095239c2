/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever a protocol sends, the masked message gives away neither the id nor the place: shown with the samples of all protocols. */
#include <ctype.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "protocol/registry.h"
#include "verdict/mask.h"

struct fixture {
    struct detector *detector;
    struct ports *ports;
    struct mask *mask;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof(*fixture));
    assert_non_null(fixture);
    fixture->detector = detector_new(registry);
    fixture->ports = ports_new(registry);
    assert_non_null(fixture->detector);
    assert_non_null(fixture->ports);
    fixture->mask = mask_new(fixture->detector, fixture->ports, false);
    assert_non_null(fixture->mask);
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    mask_free(fixture->mask);
    detector_free(fixture->detector);
    ports_free(fixture->ports);
    free(fixture);
    return 0;
}

/* ---- samples ---- */

static size_t faults, with_id, ids_written, with_place, places_written, hidden_bytes, all_bytes,
    checked_fields;

struct specimen {
    struct fixture *fixture;
    const struct protocol *protocol;
    const struct sample *sample;
    struct message_event event;
    struct identity identity;
};

static void blame(const struct specimen *specimen, const char *what)
{
    print_error("%s sample %d: %s\n", specimen->protocol->name,
                (int)(specimen->sample - specimen->protocol->samples), what);
    faults++;
}

static bool identify(struct fixture *fixture, const struct service *service, struct cursor bytes,
                     struct identity *identity)
{
    struct conversation conversation = { 0 };
    bool is_read = conversation_take(&conversation, fixture->detector, fixture->ports, service, bytes, true,
                                     NULL, identity);
    identity->device = ""; /* the conversation is over */
    return is_read;
}

static char digit_of(const uint8_t *bytes, size_t index, bool is_swapped)
{
    bool is_high = (index % 2 == 0) != is_swapped;
    return "0123456789abcdef"[is_high ? bytes[index / 2] >> 4 : bytes[index / 2] & 15];
}

static bool holds_text(const uint8_t *bytes, size_t length, const char *text)
{
    return memmem(bytes, length, text, strlen(text)) != NULL;
}

static bool holds_decimals(const uint8_t *bytes, size_t length, const char *id, bool is_swapped)
{
    size_t size = strlen(id);
    for (size_t i = 0; size <= 2 * length && i <= 2 * length - size; i++) {
        size_t same = 0;
        while (same < size && digit_of(bytes, i + same, is_swapped) == tolower((unsigned char)id[same]))
            same++;
        if (same == size)
            return true;
    }
    return false;
}

static bool holds_hex_of_text(const uint8_t *bytes, size_t length, const char *id, bool is_upper)
{
    char hex[2 * DEVICE_MAX + 1] = "";
    for (size_t i = 0; id[i]; i++)
        snprintf(hex + 2 * i, 3, is_upper ? "%02X" : "%02x", (unsigned char)id[i]);
    return holds_text(bytes, length, hex);
}

static bool holds_number(const uint8_t *bytes, size_t length, const char *id)
{
    char *end;
    uint64_t number = strtoull(id, &end, 10);
    uint8_t big[8], little[8];
    size_t size = 0;
    if (*end != '\0' || strlen(id) > 19 || number < 100000)
        return false;
    for (uint64_t rest = number; rest > 0; rest >>= 8)
        little[size++] = (uint8_t)rest;
    for (size_t i = 0; i < size; i++)
        big[i] = little[size - 1 - i];
    return memmem(bytes, length, big, size) || memmem(bytes, length, little, size);
}

static void check_id(struct specimen *specimen, const struct message_event *masked)
{
    const char *id = specimen->sample->device;
    const uint8_t *bytes = masked->bytes.at;
    size_t length = masked->bytes.left;
    struct service service = { masked->who.transport, masked->who.port };
    struct identity again;
    if (!id || strlen(id) < 4)
        return;
    with_id++;
    if (holds_text(bytes, length, id))
        blame(specimen, "the id is still there as text");
    if (holds_hex_of_text(bytes, length, id, false) || holds_hex_of_text(bytes, length, id, true))
        blame(specimen, "the id is still there as HEX of its text");
    if (holds_decimals(bytes, length, id, false) || holds_decimals(bytes, length, id, true))
        blame(specimen, "the id is still there as decimals");
    if (holds_number(bytes, length, id))
        blame(specimen, "the id is still there as a number");
    if (!identify(specimen->fixture, &service, masked->bytes, &again))
        return;
    if (strcmp(again.reading.device, id) == 0)
        blame(specimen, "the id is read from the masked bytes");
    ids_written += strcmp(again.reading.device, mask_id(specimen->fixture->mask, id)) == 0;
}

/* Neither what is told beside the bytes, nor what is read from them, is where the device was. */
static void check_place(struct specimen *specimen, const struct message_event *masked)
{
    const struct reading *before = &specimen->identity.reading, *told = &masked->identity->reading;
    struct service service = { masked->who.transport, masked->who.port };
    struct identity again;
    double lat = before->lat, lon = before->lon;
    if (!before->has_coordinates || (before->lat == 0 && before->lon == 0))
        return;
    with_place++;
    assert_true(mask_place(specimen->fixture->mask, &lat, &lon));
    if (fabs(told->lat - lat) > 1e-9 || fabs(told->lon - lon) > 1e-9)
        blame(specimen, "the place that is told is not the masked one");
    if (!identify(specimen->fixture, &service, masked->bytes, &again) || !again.reading.has_coordinates)
        return;
    if (fabs(again.reading.lat - before->lat) < 0.3 && fabs(again.reading.lat) > 0.3)
        blame(specimen, "the latitude is read from the masked bytes");
    if (fabs(again.reading.lon - before->lon) < 0.3 && fabs(again.reading.lon) > 0.3)
        blame(specimen, "the longitude is read from the masked bytes");
    places_written += fabs(again.reading.lat - lat) < 0.001 && fabs(again.reading.lon - lon) < 0.001;
}

/* Each field that tells who or where is another one, or hidden: also those of further positions, which are not told beside. */
static void check_fields(struct specimen *specimen, const struct message_event *masked)
{
    static struct marks marks;
    struct conversation conversation = { 0 };
    struct identity identity;
    struct service service = { masked->who.transport, masked->who.port };
    if (!conversation_take(&conversation, specimen->fixture->detector, specimen->fixture->ports, &service,
                           specimen->event.bytes, true, &marks, &identity) ||
        identity.candidate_count == 0)
        return;
    for (size_t i = 0; i < marks.count; i++) {
        const struct mark *mark = &marks.list[i];
        bool is_id = strcmp(mark->name, "device") == 0;
        bool is_place = strcmp(mark->name, "latitude") == 0 || strcmp(mark->name, "longitude") == 0;
        size_t at = identity.noise + mark->offset;
        if ((!is_id && !is_place) || mark->length < 3 || (is_place && strtod(mark->value, NULL) == 0))
            continue;
        checked_fields++;
        if (!memchr(masked->hidden + at, 1, mark->length) &&
            memcmp(masked->bytes.at + at, specimen->event.bytes.at + at, mark->length) == 0)
            blame(specimen, mark->name);
    }
}

static void check_sample(struct fixture *fixture, const struct protocol *protocol,
                         const struct sample *sample)
{
    static uint8_t memory[MESSAGE_MAX];
    size_t length;
    struct specimen specimen = { .fixture = fixture, .protocol = protocol, .sample = sample };
    struct message_event masked;
    assert_true(sample_bytes(sample, memory, sizeof(memory), &length));
    struct service service = { sample->datagram ? TRANSPORT_UDP : TRANSPORT_TCP, protocol->port };
    if (!identify(fixture, &service, cursor_of(memory, length), &specimen.identity))
        return;
    specimen.event = (struct message_event){ .who = { .transport = service.transport, .port = service.port },
                                             .bytes = specimen.identity.bytes,
                                             .identity = &specimen.identity,
                                             .protocol = protocol,
                                             .device = sample->device ? sample->device : "" };
    specimen.identity.device = specimen.event.device;
    mask_message(fixture->mask, &specimen.event, &masked);
    assert_int_equal(masked.bytes.left, specimen.event.bytes.left);
    all_bytes += masked.bytes.left;
    for (size_t i = 0; i < masked.bytes.left; i++)
        hidden_bytes += masked.hidden[i] != 0;
    check_id(&specimen, &masked);
    check_place(&specimen, &masked);
    check_fields(&specimen, &masked);
    if (getenv("MASK_SHOW")) {
        char hex[4 * 512 + 1] = "";
        for (size_t i = 0; i < masked.bytes.left && i < 512; i++)
            snprintf(hex + 2 * i, 3, masked.hidden[i] ? "XX" : "%02x", masked.bytes.at[i]);
        printf("%s %s\n", protocol->name, hex);
    }
}

static void test_samples_of_all_protocols(void **state)
{
    for (size_t i = 0; registry[i]; i++) {
        for (const struct sample *sample = registry[i]->samples; sample->text || sample->hex; sample++)
            check_sample(*state, registry[i], sample);
    }
    print_message("%zu of %zu ids and %zu of %zu places are written over, the others hidden; %zu of %zu "
                  "bytes are hidden\n",
                  ids_written, with_id, places_written, with_place, hidden_bytes, all_bytes);
    assert_int_equal(faults, 0);
    assert_true(with_id > 500 && with_place > 500 && checked_fields > 2000);
}

/* ---- ids, places, addresses, texts ---- */

static void test_one_id_has_one_mask(void **state)
{
    static const char *const ids[] = { "123456789012345", "862451036547219", "0012345", "van-7",
                                       "ABC123",          "aa11bb22",        "7" };
    struct fixture *fixture = *state;
    struct mask *other = mask_new(fixture->detector, fixture->ports, false);
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        char first[DEVICE_MAX];
        strcpy(first, mask_id(fixture->mask, ids[i]));
        assert_string_equal(first, mask_id(fixture->mask, ids[i]));
        assert_string_not_equal(first, ids[i]);
        assert_int_equal(strlen(first), strlen(ids[i]));
        for (size_t k = 0; ids[i][k]; k++) {
            assert_int_equal(isdigit((unsigned char)first[k]) != 0, isdigit((unsigned char)ids[i][k]) != 0);
            assert_int_equal(isupper((unsigned char)first[k]) != 0, isupper((unsigned char)ids[i][k]) != 0);
        }
    }
    /* another mask says something else: what two of them say cannot be put together */
    assert_string_not_equal(mask_id(fixture->mask, ids[0]), mask_id(other, ids[0]));
    assert_string_equal(mask_id(other, ""), "");
    assert_memory_equal(mask_id(other, "0012345"), "00", 2);
    mask_free(other);
}

static unsigned check_sum(const char *digits)
{
    unsigned sum = 0;
    for (size_t i = 0; i < 15; i++) {
        unsigned digit = (unsigned)(digits[14 - i] - '0') * (i % 2 ? 2 : 1);
        sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10;
}

static void test_a_right_check_digit_stays_right(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(check_sum("490154203237518"), 0); /* the one that the norm shows */
    assert_int_equal(check_sum(mask_id(fixture->mask, "490154203237518")), 0);
}

static void test_ids_stay_apart(void **state)
{
    struct fixture *fixture = *state;
    bool is_taken[100] = { false };
    for (int i = 10; i < 60; i++) { /* half of all there are of two digits */
        char id[8];
        snprintf(id, sizeof(id), "%d", i);
        int other = atoi(mask_id(fixture->mask, id));
        assert_in_range(other, 10, 99);
        assert_false(is_taken[other]);
        is_taken[other] = true;
    }
}

static void test_a_way_keeps_its_shape(void **state)
{
    struct fixture *fixture = *state;
    double lat = 47.5, lon = 19.0, north = 47.501, east = 19.002, zero_lat = 0, zero_lon = 0, pole = 89.9,
           any = 10;
    assert_true(mask_place(fixture->mask, &lat, &lon));
    assert_true(mask_place(fixture->mask, &north, &east));
    assert_true(fabs(lat - 47.5) > 0.5 && fabs(lon - 19.0) > 2);
    assert_true(fabs(north - lat - 0.001) < 1e-9 && fabs(east - lon - 0.002) < 1e-9);
    assert_true(mask_place(fixture->mask, &zero_lat, &zero_lon));
    assert_true(zero_lat == 0 && zero_lon == 0); /* moved, it would tell by how much */
    double before = pole;
    if (!mask_place(fixture->mask, &pole, &any))
        assert_true(pole == before);
}

static const char *endpoint_text(const struct endpoint *endpoint)
{
    static char text[ENDPOINT_TEXT];
    endpoint_write(endpoint, text);
    return text;
}

static void test_addresses(void **state)
{
    static const uint8_t public[] = { 93, 184, 216, 34 }, home[] = { 192, 168, 1, 7 };
    struct fixture *fixture = *state;
    struct endpoint one = endpoint_of_v4(public, 4711), again = one, inner = endpoint_of_v4(home, 1);
    mask_endpoint(fixture->mask, &one);
    mask_endpoint(fixture->mask, &again);
    mask_endpoint(fixture->mask, &inner);
    assert_true(endpoint_same(&one, &again));
    assert_int_equal(strncmp(endpoint_text(&one), "198.1", 5), 0);
    assert_int_equal(one.port, 4711);
    assert_string_equal(endpoint_text(&inner), "192.168.1.7:1"); /* says that a router stands between */
}

static void check_text(struct mask *mask, const char *text, const char *gone, const char *kept)
{
    char memory[512];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    mask_text(mask, text, &out);
    memory[out.length] = '\0';
    if (gone[0] && strstr(memory, gone))
        fail_msg("'%s' is still in '%s'", gone, memory);
    if (!strstr(memory, kept))
        fail_msg("'%s' is not in '%s'", kept, memory);
}

static void test_texts(void **state)
{
    struct fixture *fixture = *state;
    struct mask *mask = fixture->mask;
    char expected[128];
    (void)mask_id(mask, "van-7");
    (void)mask_id(mask, "owner's car");
    check_text(mask, "Device 123456789012345 sends to port 5023.", "123456789012345", " sends to port 5023.");
    snprintf(expected, sizeof(expected), "Device %s, port 5023", mask_id(mask, "123456789012345"));
    check_text(mask, "Device 123456789012345, port 5023", "", expected);
    check_text(mask, "Device 4711 speaks gt06", "4711", " speaks gt06");
    check_text(mask, "Device anna, and more", "anna", ", and more");
    check_text(mask, "The device at 10.0.0.7 waits", "", "The device at 10.0.0.7 waits");
    check_text(mask, "Device ", "", "Device ");
    check_text(mask, "it calls itself van-7.", "van-7", "it calls itself ");
    check_text(mask, "by owner's car: nothing", "owner's car", ": nothing");
    check_text(mask, "last at 47.510000 19.090000 now", "47.51", " now");
    check_text(mask, "last at 47.5100, 19.0900", "19.09", ", ");
    check_text(mask, "speed 12.500", "12.500", "XX.XXXX");
    check_text(mask, "from 93.184.216.34:4711, twice", "93.184.216.34", ":4711, twice");
    check_text(mask, "from 2a02:810d::1 and back", "2a02:810d::1", "2001:db8:");
    check_text(mask, "at 2026-02-01T08:09:10.123456Z and 2026-02-01 08:09:10", "",
               "at 2026-02-01T08:09:10.123456Z and 2026-02-01 08:09:10");
    check_text(mask, "HEX 78780d01012345678901234500018cdd0d0a", "12345", "HEX XXXX");
    check_text(mask, "on 10.0.0.7, 3 of 1200 messages", "", "on 10.0.0.7, 3 of 1200 messages");
}

/* ---- bytes ---- */

static struct message_event event_of(struct cursor bytes, const char *device, uint16_t port,
                                     enum direction direction)
{
    return (struct message_event){
        .who = { .port = port }, .bytes = bytes, .device = device, .direction = direction
    };
}

static void test_what_nobody_claims_is_hidden(void **state)
{
    static const uint8_t bytes[] = "\x01\x02\x03\x04 secret place \x00\x00\x00\x00";
    struct fixture *fixture = *state;
    struct message_event event = event_of(cursor_of(bytes, sizeof(bytes) - 1), "", 5023, DIRECTION_IN),
                         masked;
    mask_message(fixture->mask, &event, &masked);
    assert_null(memmem(masked.bytes.at, masked.bytes.left, "secret", 6));
    assert_true(masked.hidden[2] && masked.hidden[10]);
    assert_false(masked.hidden[0] || masked.hidden[sizeof(bytes) - 2]);
    assert_int_equal(mask_counts(fixture->mask).unknown, 1);
    struct mask *keeps = mask_new(fixture->detector, fixture->ports, true);
    mask_message(keeps, &event, &masked);
    assert_non_null(memmem(masked.bytes.at, masked.bytes.left, "secret", 6));
    mask_free(keeps);
}

static void test_an_answer_keeps_no_id(void **state)
{
    static const char answer[] = "*HQ,4112345678,V4#";
    struct fixture *fixture = *state;
    struct message_event event = event_of(cursor_of_text(answer), "4112345678", 5013, DIRECTION_OUT), masked;
    mask_message(fixture->mask, &event, &masked);
    assert_null(memmem(masked.bytes.at, masked.bytes.left, "4112345678", 10));
}

/* Nor as a number, of either byte order, with its check digit or without. */
static void test_an_answer_keeps_no_number(void **state)
{
    static const char id[] = "123456789012347";
    static const uint64_t numbers[] = { 123456789012347, 12345678901234 };
    struct fixture *fixture = *state;
    for (size_t which = 0; which < 4; which++) {
        uint8_t answer[12] = { 0xfe, 0x02 };
        for (size_t i = 0; i < 8; i++)
            answer[2 + (which % 2 ? i : 7 - i)] = (uint8_t)(numbers[which / 2] >> 8 * i);
        struct message_event event = event_of(cursor_of(answer, sizeof(answer)), id, 5042, DIRECTION_OUT),
                             masked;
        mask_message(fixture->mask, &event, &masked);
        for (size_t i = 0; i < 8; i++)
            assert_true(answer[2 + i] == 0 || masked.hidden[2 + i]);
        assert_false(masked.hidden[0] || masked.hidden[1]);
    }
}

/* The empty, the longest, and what only looks like a message: nothing is read or written beyond it. */
static void test_odd_sizes(void **state)
{
    struct fixture *fixture = *state;
    uint8_t *large = calloc(1, MESSAGE_MAX);
    struct message_event masked, event = event_of(cursor_of(large, 0), "", 5001, DIRECTION_IN);
    assert_non_null(large);
    mask_message(fixture->mask, &event, &masked);
    assert_int_equal(masked.bytes.left, 0);
    memset(large, 0x78, MESSAGE_MAX);
    event.bytes.left = MESSAGE_MAX;
    mask_message(fixture->mask, &event, &masked);
    assert_int_equal(masked.bytes.left, MESSAGE_MAX);
    free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_samples_of_all_protocols, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_one_id_has_one_mask, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_right_check_digit_stays_right, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ids_stay_apart, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_a_way_keeps_its_shape, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_addresses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_texts, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_nobody_claims_is_hidden, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_answer_keeps_no_id, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_an_answer_keeps_no_number, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_odd_sizes, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
