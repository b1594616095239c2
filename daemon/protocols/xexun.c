/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xexun: Xexun TK101, TK102, TK103-2, XT-009 and clones. Text, TCP.
 *
 *   [LOG][<serial>,[<phone>],]GPRMC,<hhmmss.f>,<A|V>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,<speed>,<course>,
 *   <ddmmyy>,…*hh,<F|L>,[<alarm>,] imei:<id>,[<satellites>,<altitude>,<F|L>:<volts>V,…]\r\n
 *   without a fix: [<serial>],[<phone>],,L,<alarm>, imei:<id>,…\r\n
 *   The sentence has no '$'. Its *hh is not relied on: firmware differs, and a line end may stand behind it.
 *   megastek sends nearly the same as "STX,<id>,$GPRMC,…": servers understand that here, too.
 */
#include "protocol/protocol.h"

enum { SERIAL_MAX = 14, PHONE_MAX = 24, DOLLAR_WITHIN = 48, IMEI_WITHIN = 400, LONGEST = 1024 };

/* How the line goes on behind serial and phone. */
enum start { START_NO, START_MORE, START_RMC, START_NO_FIX, START_MEGASTEK };

/* Takes "<serial>,<phone>,"; START_RMC: it is there. */
static enum start take_sender(struct cursor *rest)
{
    struct cursor field;
    size_t digits = cursor_count_digits(*rest);
    if (digits > SERIAL_MAX || (digits < rest->left && cursor_byte(*rest, digits) != ','))
        return START_NO;
    if (!cursor_until(rest, ',', &field))
        return START_MORE;
    if (!cursor_until(rest, ',', &field))
        return rest->left > PHONE_MAX ? START_NO : START_MORE;
    return field.left > PHONE_MAX ? START_NO : START_RMC;
}

static enum start start_of(struct cursor bytes)
{
    struct cursor rest = bytes, field;
    bool is_megastek = CURSOR_STARTS(bytes, "STX,") || CURSOR_STARTS(bytes, "LOGSTX,");
    if (is_megastek) {
        if (!cursor_until(&rest, '$', &field))
            return bytes.left > DOLLAR_WITHIN ? START_NO : START_MORE;
    } else {
        if (CURSOR_STARTS(rest, "LOG") && !cursor_skip(&rest, 3))
            return START_NO;
        if (rest.left > 0 && CURSOR_MAY_START(rest, "STX,"))
            return START_MORE;
        enum start sender = rest.left > 0 && cursor_byte(rest, 0) == 'G' ? START_RMC : take_sender(&rest);
        if (sender != START_RMC)
            return sender;
    }
    if (CURSOR_STARTS(rest, "GPRMC,") || CURSOR_STARTS(rest, "GNRMC,"))
        return is_megastek ? START_MEGASTEK : START_RMC;
    if (!is_megastek && (CURSOR_STARTS(rest, ",L,") || CURSOR_STARTS(rest, ",F,")))
        return START_NO_FIX;
    bool may_start = CURSOR_MAY_START(rest, "GPRMC,") || CURSOR_MAY_START(rest, "GNRMC,") ||
                     CURSOR_MAY_START(rest, ",L,") || CURSOR_MAY_START(rest, ",F,");
    return may_start ? START_MORE : START_NO;
}

/* Finds "imei:"; it stands on the first line, or behind a line end that only ends the sentence. */
static enum start find_imei(struct cursor bytes, size_t *at)
{
    size_t line_end;
    struct cursor next, within = cursor_part(bytes, 0, bytes.left < IMEI_WITHIN ? bytes.left : IMEI_WITHIN);
    bool is_found = cursor_find_text(within, "imei:", at);
    /* gps103's lines end so, and begin with the word */
    if (is_found && *at > 0 && cursor_byte(within, *at - 1) == ';')
        return START_NO;
    if (cursor_find(within, '\n', &line_end) && (!is_found || line_end < *at) &&
        cursor_slice(within, line_end + 1, 1, &next) && cursor_byte(next, 0) != ',' &&
        cursor_byte(next, 0) != '\r')
        return START_NO;
    return is_found ? START_RMC : bytes.left < IMEI_WITHIN ? START_MORE : START_NO;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, rest = bytes;
    size_t imei, star;
    enum start start = start_of(bytes);
    if (start == START_NO)
        return CLAIM_NO;
    enum start found = find_imei(bytes, &imei);
    if (found == START_NO)
        return CLAIM_NO;
    *length = bytes.left;
    if (start == START_MORE || found == START_MORE) {
        if (!message->complete)
            return CLAIM_MORE;
        return start == START_RMC ? CLAIM_POSSIBLE : CLAIM_NO;
    }
    /* without its checksum a megastek sentence means nothing here */
    if (start == START_MEGASTEK && (!cursor_find(bytes, '*', &star) || star > imei))
        return CLAIM_NO;
    if (!cursor_skip(&rest, imei + 5))
        return CLAIM_NO;
    enum framed framed = frame_by_bytes(rest, message->complete, "\n", LONGEST, length);
    *length += imei + 5;
    if (claim_framed(framed) < CLAIM_POSSIBLE)
        return claim_framed(framed);
    size_t digits = cursor_count_digits(rest);
    return digits >= 10 && digits <= 17 ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

/* behind "RMC," */
static const struct pattern sentence = {
    "(?<hms>\\d{6})?[\\d.]*,(?<valid>[AV])?,(?<lat>[\\d.]*),(?<ns>[NS])?,(?<lon>[\\d.]*),(?:(?<ew>[EW])?,)?"
    "[\\d.]*,[\\d.]*,(?<dmy>\\d{6})?,"
};
/* behind the sentence's date */
static const struct pattern tail = {
    "[^*]{0,40}\\*[0-9A-Fa-f]{2}\\s*,[FL]?,(?:(?<type>[^,\r\n]*),)?[^\r\n]{0,80}?imei:\\d{10,17},"
};
static const struct pattern without_fix = {
    "(?:LOG)?\\d{0,14},[^,]{0,24},,[FL],(?<type>[^,]*),[^,]{0,40}imei:\\d{14,17},"
};

static bool is_alarm(struct cursor word)
{
    return CURSOR_STARTS(word, "help") || CURSOR_STARTS(word, "low bat") || CURSOR_STARTS(word, "mov");
}

static void read_sentence(const struct message *message, struct cursor rest, struct reading *reading)
{
    struct groups found;
    size_t at;
    if (!cursor_find_text(rest, "RMC,", &at) || !cursor_skip(&rest, at + 4) ||
        !pattern_match(message->patterns, &sentence, rest, &found))
        return;
    reading->type = "position";
    reading_take_groups(reading, &found, false);
    if (!cursor_skip(&rest, found.whole.left) || !pattern_match(message->patterns, &tail, rest, &found))
        return;
    reading->proven = start_of(message->bytes) == START_RMC;
    if (is_alarm(found.standard[GROUP_TYPE]))
        reading->type = "alarm";
    reading_note_groups(reading, &found);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, rest = bytes, id;
    struct groups found;
    size_t at;
    reading->type = "status";
    if (pattern_match(message->patterns, &without_fix, bytes, &found)) {
        reading->proven = true;
        reading->type = is_alarm(found.standard[GROUP_TYPE]) ? "alarm" : "status";
    } else {
        read_sentence(message, bytes, reading);
    }
    if (cursor_find_text(bytes, "imei:", &at) && cursor_skip(&rest, at + 5) &&
        cursor_digits(&rest, 1, 20, &id))
        reading_device(reading, id);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "260201080910,+361234567,GPRMC,080910.000,A,4730.6000,N,01905.4000,E,12.50,45.00,010226,,,A*61,"
              "F,, imei:123456789012345,05,106.4,F:4.01V,0,139,2689,216,30,2725,0576\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "GPRMC,080910.000,V,3327.0000,S,07039.6000,W,0.00,,010226,00,0000.0,A*7F,L,help "
              "me!,imei:123456789012345,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "LOG2602010809,,GNRMC,080910.000,A,4730.6000,N,01905.4000,E,12.50,45.00,010226,,,A*7F\r\n,F,"
              "imei:123456789012345,118\r\n",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "260201080910,,,L,low battery, imei:123456789012345,,,L:3.50V,0,52,11565,216,30,000E,1FC5\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = ",+361234567,,L,, imei:123456789012345,,,F:4.14V,0,53,6748\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "GPRMC,080910.000,A,4042.6000,N,07400.6000,W,12.50,45.00,010226,,,A*61,F,, "
              "imei:123456789012345,05,106.4,F:4.01V,0,139\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_xexun = {
    .name = "xexun",
    .port = 5006,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("GPRMC,"), HEAD("GNRMC,"), HEAD("LOG"), HEAD("ST"), HEAD(","), HEAD_DIGITS),
    .kin = KIN("megastek"),
    .match = match,
    .read = read,
    .samples = samples,
};
