/* SPDX-License-Identifier: Apache-2.0 */
/*
 * taip: Trimble's ASCII protocol as Sierra Wireless, Cradlepoint, Lantrix, Virtual and Akroz units send it. Text, TCP and UDP.
 *
 *   >R<word><data>[;<KEY>=<value>|;#<index>]…[;*hh]<     line ends may stand between messages
 *   RPV<seconds of the day, 5>   REV<event 2><GPS week 4><day 1><seconds 5>   (each may come as the other)
 *   RGP RCQ RCV RBR RUS00 RPI RUVnn [,]<event>[,][<word>,]<ddmmyy><hhmmss>
 *       then, if it has a position: <±ddddddd><±dddddddd> in 1/100000 degree (or ±ddmm.mmmm±dddmm.mmmm), <speed 3><course 3>,
 *       and <fix><age 2><input 2>… or <input 2><2><battery 3><odometer 8><0|1>[<fix>…]
 *   The id is the attribute ID: without it servers drop the message. hh is the XOR from '>' on, with the '*' (Trimble) or
 *   without it (Lantrix, Akroz).
 *   Answers: the id alone; where an index wants it, >ACK;ID=<id>;#<index>;*hh<
 */
#include "protocol/text_protocol.h"

enum { SECONDS_OF_WEEK = 7 * 86400, SECONDS_OF_DAY = 86400 };

#define PLACE                                                                                             \
    "(?:(?<north>[-+]\\d{7})(?<east>[-+]\\d{8})|(?<lat>[-+]\\d{4}\\.\\d{4})(?<lon>[-+]\\d{5}\\.\\d{4}))"  \
    "\\d{6}(?:(?<quality>\\d)[0-9A-F]{4}(?:,\\d+,\\d+,\\d{8},\\d+,(?:-?\\d+,-?\\d+,)?[0-9A-F]{2}|\\d{4})" \
    "|[0-9A-F]{4}\\d{3}[0-9A-F]{8}[01](?:(?<kind>[023])\\d{4}[0-9A-F]{4}[01][0-5]\\d\\d)?)?"
#define ID ".*?;(?i:ID)=(?<id>[^;]+).*"

/* Where the message's own check value stands, what it should be with and without the '*', or nothing. */
static bool find_check(struct cursor bytes, struct cursor *told, unsigned *with, unsigned *without)
{
    size_t at;
    if (!cursor_find_text(bytes, ";*", &at) || !cursor_slice(bytes, at + 2, 2, told))
        return false;
    *with = sum_xor(cursor_part(bytes, 0, at + 2));
    *without = sum_xor(cursor_part(bytes, 0, at + 1));
    return true;
}

static bool take_degrees(const struct groups *found, const char *name, struct cursor *field, double *degrees)
{
    if (!groups_named(found, name, field) || !cursor_decimal(*field, degrees))
        return false;
    *degrees /= 100000;
    return true;
}

static bool take_week_time(const struct groups *found, int64_t *seconds)
{
    struct cursor field;
    uint64_t week, day, second;
    if (!groups_named(found, "week", &field) || !cursor_number(field, &week) ||
        !groups_named(found, "day", &field) || !cursor_number(field, &day) ||
        !groups_named(found, "seconds", &field) || !cursor_number(field, &second))
        return false;
    *seconds = EPOCH_1980 + (int64_t)(week * SECONDS_OF_WEEK + day * SECONDS_OF_DAY + second);
    return true;
}

static bool is_fix(const struct groups *found)
{
    struct cursor digit;
    bool is_akroz = CURSOR_STARTS(found->standard[GROUP_TYPE], "RUV");
    if (groups_named(found, "quality", &digit))
        return is_akroz ? cursor_byte(digit, 0) >= '2' && cursor_byte(digit, 0) <= '7'
                        : cursor_byte(digit, 0) != '0';
    return !groups_named(found, "kind", &digit) || cursor_byte(digit, 0) != '0';
}

static void take_position(const struct groups *found, struct reading *reading)
{
    struct fix fix;
    struct cursor north = found->standard[GROUP_LAT], east = found->standard[GROUP_LON], digit;
    bool has_place = reading_fix_of(found, &fix);
    if (!has_place &&
        !(take_degrees(found, "north", &north, &fix.lat) && take_degrees(found, "east", &east, &fix.lon)))
        return;
    fix.has_time = fix.has_time || take_week_time(found, &fix.time);
    fix.valid = is_fix(found);
    reading->location = LOCATION_UNKNOWN;
    reading_fix(reading, &fix);
    reading_mark_place(reading, north, fix.lat, east, fix.lon);
    if (groups_named(found, "quality", &digit) || groups_named(found, "kind", &digit))
        reading_mark_fix(reading, digit, fix.valid);
    struct cursor seconds;
    if (groups_named(found, "week", &digit) && groups_named(found, "seconds", &seconds) && fix.has_time)
        reading_mark_time(reading, cursor_join(digit, seconds), fix.time);
}

static void refine(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct cursor told;
    unsigned with, without;
    uint64_t value;
    take_position(found, reading);
    bool is_position = form->type[0] == 'p';
    reading->proven = is_position;
    if (!find_check(reading->message, &told, &with, &without))
        return;
    bool is_right = cursor_hex(told, &value) && (value == with || value == without);
    reading_mark_check(reading, told, is_right, with);
    reading->proven = is_right;
}

static const struct text_protocol text = {
    .ends = "<",
    .weak_heads = true,
    .refine = refine,
    .forms = {
        { "position",
          { ">R[EP]V(?:\\d\\d(?<week>\\d{4})(?<day>\\d))?(?<seconds>\\d{5})" PLACE ID },
          .claim = CLAIM_LIKELY },
        { "position",
          { ">(?<type>RGP|RCQ|RCV|RBR|RUS00|RPI|RUV\\d\\d),?(?:\\d*?),?(?:[A-Z][A-Z0-9]+,)?(?<dmyhms>\\d{12})" PLACE ID },
          .claim = CLAIM_LIKELY },
        { "status", { ">R[A-Z]{2}" ID }, .claim = CLAIM_LIKELY },
        { "status",
          { ">R(?:PV|EV\\d{7}|GP|CQ|CV|BR|US00|PI|UV\\d\\d)[\\dA-Z,]+[-+]\\d{7}[-+]\\d{14}.*" },
          .claim = CLAIM_LIKELY },
        { "status", { ">R[A-Z]{2}[^<>]*;\\*[0-9A-F]{2}" }, .claim = CLAIM_POSSIBLE },
    },
};

static void put_check(struct buffer *reply, size_t start)
{
    buffer_put_text(reply, ";*");
    if (!reply->full)
        buffer_printf(reply, "%02X<", sum_xor(cursor_of(reply->bytes + start, reply->length - start)));
}

static const struct pattern asked = { ">R(?:[EP]V|GP|CQ|CV|BR|US00|PI|UV\\d\\d)" ID };

/* Repeats id and index in the order of the message. */
static void acknowledge(struct cursor attributes, struct buffer *reply)
{
    struct cursor part;
    size_t start = reply->length, at;
    bool is_address = cursor_find_text(attributes, ";#IP", &at);
    buffer_put_text(reply, is_address ? ">SAK" : ">ACK");
    while (cursor_field(&attributes, ';', &part)) {
        if (!CURSOR_STARTS(part, "#") && !CURSOR_STARTS(part, "ID=") && !CURSOR_STARTS(part, "id="))
            continue;
        buffer_put_text(reply, ";");
        buffer_put_cursor(reply, part);
    }
    if (is_address)
        buffer_put_text(reply, "<");
    else
        put_check(reply, start);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct groups found;
    struct cursor bytes = message->bytes;
    size_t at;
    (void)asker;
    if (CURSOR_ENDS(bytes, "<"))
        bytes.left--;
    if (!pattern_match(message->patterns, &asked, bytes, &found))
        return;
    if (cursor_find_text(bytes, ";#", &at))
        acknowledge(bytes, reply);
    else
        buffer_put_cursor(reply, found.standard[GROUP_ID]);
}

static const struct sample samples[] = {
    { .text = ">REV042404029350+4751000+0190900001204532;SV=8;BL=4159;ID=123456789012345<",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=123456789012345" },
    { .text = ">RPV29350-3345000-0706600000000012;ID=1234;*7C<\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66,
      .answer = "=1234" },
    { .text = ">REV29350-3345000-0706600000000012;ID=1234<",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "1234",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66,
      .answer = "=1234" },
    { .text = ">RGP010226080910+4042.6000-07400.600001204530A7F4101;#0012;ID=0005;*7A<",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "0005",
      SAMPLE_NORTH_WEST,
      .answer = "=>ACK;#0012;ID=0005;*73<" },
    { .text = ">RUV03150,NT003,010226080910-3345000-0706600005000090ADE0006,0,6,50000;ID=TAXI;#1A04;*4D<",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "TAXI",
      SAMPLE_INVALID,
      .answer = "=>ACK;ID=TAXI;#1A04;*05<" },
    { .text = ">RCQ09000000000000+4751000+01909000012045F700000000004D2120401000A0115;#0000;ID=555001;*04<",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "555001",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09,
      .answer = "=>ACK;#0000;ID=555001;*71<" },
    { .text = ">RUS00,010226080910;id=7;#IP:192.0.2.1<",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .device = "7",
      .location = LOCATION_NONE,
      .answer = "=>SAK;id=7;#IP:192.0.2.1<" },
    { .text = ">RCP29350+475100+0190900012;ID=0017;*5B<",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "0017",
      .location = LOCATION_NONE },
    { .text = ">RPV29350+4751000+0190900000000012<",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { .text = ">RLN29350000+475100000+0190900000+000120000000+000012;*00<",
      .claim = CLAIM_POSSIBLE,
      .type = "status",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_taip = {
    .name = "taip",
    .port = 5031,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD(">R")),
    .text = &text,
    .answer = answer,
    .samples = samples,
};
