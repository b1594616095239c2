/* SPDX-License-Identifier: Apache-2.0 */
/*
 * t55: everything that sends NMEA lines: Telit, Wavecom and Sierra modems, u-blox, WMCS-34, TrackerCar, T55.
 * Text, TCP and UDP, one line a message, no answers.
 *
 *   $GPRMC,<hhmmss>,<A|V>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,<speed>,<course>,<ddmmyy>,…*hh
 *                                                                          [,<sats>,<imei>,<0|1>,<n>,<n>]
 *   $GPGGA, $GPGLL, $GPRMA (GN and GL too), $TRCCR, QZE, $PUBX, $ID position; $GPIOP, $GPTXT none; $GPGSA, $GPGSV, $GPVTG,
 *   $GPZDA and the like come along and mean nothing
 *   $PGID, $DEVID, $PCPTI, $PSIWMDID, $CONNECT, $GPFID, $IMEI=, IMEI=, or a bare number: login; No#<n> comes before it
 *   The id may be glued to the front of a sentence: <id>$…  <id>,$…  <any>/<id>/$…
 *   A plain $GPRMC is also gpsgate's, a bare number many others'. The XOR behind '*' is often wrong.
 */
#include "base/checksum.h"
#include "base/nmea.h"
#include "protocol/protocol.h"

enum { LONGEST = 1024, PREFIX_MIN = 4, PREFIX_SURE = 14, PREFIX_MAX = 48, BARE_MIN = 8, BARE_MAX = 20 };

static const struct pattern rmc = {
    "\\$G.RMC,(?<hms>\\d{6})\\.?\\d*,(?<valid>[AV]),(?<lat>\\d+\\.\\d+),(?<ns>[NS]),(?<lon>\\d+\\.\\d+),"
    "(?<ew>[EW]),[^,]*,[^,]*,(?<dmy>\\d{6})(?!\\d)(?:(?<clean>(?:,[^,*]{0,6}+){0,5} *(?:\\* "
    "?[0-9A-Fa-f]{2})?\\s*$)|"
    "[^*]*+\\*[^,]*,\\d+,(?<id>\\d+),[01],\\d+,\\d+)?"
};
static const struct pattern gga = {
    "\\$G.GGA,(?<hms>\\d{6})\\.?\\d*,(?<lat>\\d+\\.\\d+),(?<ns>[NS]),(?<lon>\\d+\\.\\d+),(?<ew>[EW]),"
    "(?<quality>\\d+),\\d*,"
};
static const struct pattern gll = {
    "\\$G.GLL,(?<lat>\\d+\\.\\d+),(?<ns>[NS]),(?<lon>\\d+\\.\\d+),(?<ew>[EW]),(?<hms>\\d{6})\\.?\\d*,"
    "(?<valid>[AV])"
};
static const struct pattern rma = {
    "\\$GPRMA,(?<valid>[AV]),(?<lat>\\d+\\.\\d+),(?<ns>[NS]),(?<lon>\\d+\\.\\d+),(?<ew>[EW]),"
};
static const struct pattern trccr = {
    "\\$TRCCR,(?<ymdhms>\\d{14})\\.?\\d*,(?<valid>[AV]),(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+),"
};
static const struct pattern qze = {
    "QZE,(?<id>\\d+),[^,]*,(?<dmy>\\d{8}),(?<hms>\\d{6}),(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+),"
    "[^,]*,[^,]*,(?<valid>[AV])"
};
static const struct pattern pubx = {
    "\\$PUBX,\\d+,(?<hms>\\d{6})\\.?\\d*,(?<lat>\\d+\\.\\d+),(?<ns>[NS]),(?<lon>\\d+\\.\\d+),(?<ew>[EW]),"
    "[^,]*,(?<status>[^,]*),(?:[^,]*,){10}(?<id>\\d+),\\d+"
};
static const struct pattern gptxt = { "\\$GPTXT,NET,(?<id>[^,]+),[^,]*,-?\\d+,\\d+ \\d+" };
static const struct pattern greeting = { "No#\\d+\\s*$" };
static const struct pattern gpiop = { "\\$GPIOP,[01]{8},[01]{8},[\\d.]+,[\\d.]+," };
/* Whoever sends all that a receiver says sends these, too: the server passes over them. */
static const struct pattern passed_over = { "\\$G[A-Z]{4}," };
static const struct pattern wmcs = {
    "\\$ID,(?<id>\\d+),.*?GPSE.,(?<valid>[AV])(?:,D,(?<dmy>\\d{6}))?(?:,T,(?<hms>\\d{6}))?(?:,S,[^,]*)?"
    "(?:,La,(?<latd>-?[\\d.]+),(?<ns>[NS]))?(?:,Lo,(?<lond>-?[\\d.]+),(?<ew>[EW]))?"
};

/* What a line can start with. '?' stands for P, L or N, '*' for any capital. */
static const struct sentence {
    const char *word;
    const struct pattern *pattern; /* NULL: a login, the id follows the word */
    const char *type;
    char end;       /* of the id; 0: the line's */
    bool is_shared; /* proven only by an id, or a right checksum where nobody else takes it */
} sentences[] = {
    { "$G?RMC,", &rmc, "position", 0, true },
    { "$G?GGA,", &gga, "position", 0, true },
    { "$G?GLL,", &gll, "position", 0, true },
    { "$GPRMA,", &rma, "position", 0, true },
    { "$TRCCR,", &trccr, "position", 0, false },
    { "QZE,", &qze, "position", 0, false },
    { "$PUBX,", &pubx, "position", 0, false },
    { "$ID,", &wmcs, "position", 0, false },
    { "$GPTXT,NET,", &gptxt, "information", 0, false },
    { "$GPIOP,", &gpiop, "status", 0, false },
    { "No#", &greeting, "status", 0, false },
    { "$G*GSA,", &passed_over, "satellites", 0, false },
    { "$G*GSV,", &passed_over, "satellites", 0, false },
    { "$G*VTG,", &passed_over, "speed", 0, false },
    { "$G*ZDA,", &passed_over, "clock", 0, false },
    { "$G*GNS,", &passed_over, "satellites", 0, false },
    { "$G*GST,", &passed_over, "satellites", 0, false },
    { "$PGID,", NULL, "login", '*', false },
    { "$DEVID,", NULL, "login", '*', false },
    { "$PSIWMDID,", NULL, "login", '*', false },
    { "$PCPTI,", NULL, "login", ',', false },
    { "$GPFID,", NULL, "login", 0, false },
    { "$CONNECT,", NULL, "login", ',', true },
    { "$IMEI", NULL, "login", 0, false },
    { "IMEI", NULL, "login", 0, true },
};

/* A line taken apart. */
struct line {
    struct cursor prefix;            /* an id before the sentence */
    const struct sentence *sentence; /* NULL: the prefix is all there is */
    struct cursor text;              /* the sentence */
    struct cursor fields;            /* behind its word */
};

enum opened { OPENED, OPENED_MORE, OPENED_NO };

static bool is_alnum(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

/* How many bytes of the word stand there. */
static size_t count_fitting(struct cursor text, const char *word)
{
    size_t n = 0;
    while (n < text.left && word[n] &&
           (cursor_byte(text, n) == (uint8_t)word[n] ||
            (word[n] == '?' && memchr("PLN", cursor_byte(text, n), 3)) ||
            (word[n] == '*' && cursor_byte(text, n) >= 'A' && cursor_byte(text, n) <= 'Z')))
        n++;
    return n;
}

static enum opened find_sentence(struct cursor text, struct line *line)
{
    bool may_come = false;
    for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
        if (text.left > 0 && cursor_byte(text, 0) != (uint8_t)sentences[i].word[0])
            continue;
        size_t size = strlen(sentences[i].word), n = count_fitting(text, sentences[i].word);
        may_come = may_come || n == text.left;
        if (n < size)
            continue;
        line->sentence = &sentences[i];
        line->text = line->fields = text;
        return cursor_skip(&line->fields, n) ? OPENED : OPENED_NO;
    }
    return may_come ? OPENED_MORE : OPENED_NO;
}

static size_t count_prefix(struct cursor bytes)
{
    size_t n = 0;
    while (n < bytes.left && n < PREFIX_MAX &&
           (is_alnum(cursor_byte(bytes, n)) || memchr("/_-", cursor_byte(bytes, n), 3)))
        n++;
    return n;
}

static enum opened open_line(struct cursor bytes, struct line *line)
{
    *line = (struct line){ .prefix = { 0 } };
    struct cursor rest = bytes;
    enum opened opened = find_sentence(bytes, line);
    if (opened == OPENED)
        return OPENED;
    if (!cursor_take(&rest, count_prefix(bytes), &line->prefix) || line->prefix.left == 0)
        return opened;
    if (rest.left == 0)
        return OPENED_MORE;
    if (memchr("\r\n", cursor_byte(rest, 0), 2)) {
        line->text = line->prefix;
        return OPENED;
    }
    if (CURSOR_STARTS(rest, ",") && !cursor_skip(&rest, 1))
        return OPENED_NO;
    if (line->prefix.left < PREFIX_MIN || (rest.left > 0 && cursor_byte(rest, 0) != '$'))
        return OPENED_NO;
    return find_sentence(rest, line);
}

/* Any number is a login of somebody's. */
static enum claim match_bare(struct cursor id)
{
    for (size_t i = 0; i < id.left; i++) {
        if (!memchr("0123456789ABCDEF", cursor_byte(id, i), 16))
            return CLAIM_NO;
    }
    return id.left >= BARE_MIN && id.left <= BARE_MAX ? CLAIM_POSSIBLE : CLAIM_NO;
}

/* "IMEI=<id>", '=' may be any byte. */
static bool is_imei(const struct sentence *sentence)
{
    return cursor_ends(cursor_of_text(sentence->word), "IMEI", 4);
}

/* Do the first fields look as the sentence has them? */
static bool is_shaped(const struct line *line)
{
    struct cursor field, rest = line->fields;
    const struct pattern *pattern = line->sentence->pattern;
    if (!pattern) {
        bool needs_number = is_imei(line->sentence);
        if (needs_number && !cursor_skip(&rest, 1))
            return false;
        rest = cursor_trim(rest);
        return needs_number ? rest.left >= 14 && cursor_count_digits(rest) == rest.left
                            : rest.left > 0 && cursor_is_text(rest);
    }
    if (pattern == &passed_over) /* any receiver's, too: alone they speak for nobody */
        return false;
    if (pattern == &gptxt || !cursor_until(&rest, ',', &field))
        return pattern == &gptxt && rest.left > 0;
    size_t digits = cursor_count_digits(field);
    if (pattern == &rmc || pattern == &gga)
        return field.left == 0 || (digits == 6 && (field.left == 6 || cursor_byte(field, 6) == '.'));
    if (pattern == &gll || pattern == &rma)
        return field.left == 0 || digits > 0 || cursor_is(field, "A") || cursor_is(field, "V");
    return digits > 0 && (digits == field.left || pattern == &trccr);
}

/* "$GPRMC," with no time of day behind it. */
static bool is_others(struct cursor bytes)
{
    return CURSOR_STARTS(bytes, "$GPRMC,") && cursor_skip(&bytes, 7) && bytes.left > 0 &&
           !memchr("012,", cursor_byte(bytes, 0), 4);
}

static enum claim match(const struct message *message, size_t *length)
{
    struct line line;
    struct cursor bytes = message->bytes;
    size_t at;
    /* first of all: any byte may begin the name in front, and most of what is asked about is no such line */
    if (open_line(bytes, &line) == OPENED_NO || is_others(bytes))
        return CLAIM_NO;
    enum framed framed = frame_by_bytes(bytes, message->complete, "\n", LONGEST, length);
    bytes.left = *length;
    enum opened opened = framed == FRAMED_NO ? OPENED_NO : open_line(bytes, &line);
    /* "ATL<imei>,$GPRMC" and NMEA that ends with NUL are other protocols' */
    if (opened == OPENED_NO || CURSOR_STARTS(bytes, "ATL") || cursor_find(bytes, '\0', &at))
        return CLAIM_NO;
    if (framed == FRAMED_MORE)
        return CLAIM_MORE;
    if (opened == OPENED && line.sentence) {
        if (is_shaped(&line))
            return CLAIM_LIKELY;
        bool may_be = framed == FRAMED_CUT || line.prefix.left > 0 || !line.sentence->is_shared;
        return may_be ? CLAIM_POSSIBLE : CLAIM_NO;
    }
    if (line.prefix.left > 0)
        return match_bare(line.prefix);
    return bytes.left > 2 ? CLAIM_POSSIBLE : CLAIM_NO;
}

/* "<any>/<id>/" is the id between the slashes. */
static struct cursor id_of_prefix(struct cursor prefix)
{
    struct cursor first, id = prefix;
    if (CURSOR_ENDS(prefix, "/") && cursor_until(&id, '/', &first) && id.left > 0)
        id.left--;
    return id;
}

static void read_login(const struct line *line, struct reading *reading)
{
    struct cursor id = line->fields;
    size_t end;
    if (is_imei(line->sentence) && !cursor_skip(&id, 1))
        return;
    if (line->sentence->end && cursor_find(id, (uint8_t)line->sentence->end, &end))
        id.left = end;
    id = cursor_trim(id);
    reading_device(reading, id);
    reading->proven = !line->sentence->is_shared && id.left >= 4 &&
                      (!is_imei(line->sentence) || cursor_count_digits(id) == 15);
}

/* Is the sentence as good as signed? Plain NMEA may be anybody's, and so may one with a short word before or
 * more fields behind it. */
static bool is_own(const struct line *line, const struct groups *found)
{
    struct cursor checked = line->text, clean;
    if (line->sentence->pattern == &passed_over)
        return false;
    if (!line->sentence->is_shared || found->standard[GROUP_ID].left > 0)
        return true;
    if (line->prefix.left > 0)
        return line->prefix.left >= PREFIX_SURE &&
               (line->sentence->pattern != &rmc || groups_named(found, "clean", &clean));
    return !CURSOR_STARTS(line->text, "$GPRMC,") && cursor_skip(&checked, 1) &&
           nmea_checksum(checked) == NMEA_RIGHT;
}

/* The XOR of what stands between '$' and '*'. */
static void mark_check(struct cursor sentence, struct reading *reading)
{
    struct cursor digits, covered = sentence;
    uint64_t told;
    size_t star;
    if (!CURSOR_STARTS(sentence, "$") || !cursor_find(sentence, '*', &star) ||
        !cursor_slice(sentence, star + 1, 2, &digits) || !cursor_hex(digits, &told) ||
        !cursor_slice(sentence, 1, star - 1, &covered))
        return;
    reading_mark_check(reading, digits, told == sum_xor(covered), sum_xor(covered));
}

static void read_sentence(const struct message *message, const struct line *line, struct reading *reading)
{
    struct groups found;
    struct cursor field;
    struct fix fix;
    mark_check(line->text, reading);
    if (!pattern_match(message->patterns, line->sentence->pattern, line->text, &found))
        return;
    reading->proven = is_own(line, &found);
    bool has_place = reading_fix_of(&found, &fix);
    field = found.standard[GROUP_VALID];
    if (groups_named(&found, "quality", &field))
        fix.valid = cursor_byte(field, 0) != '0';
    else if (groups_named(&found, "status", &field))
        fix.valid = !cursor_is(field, "NF");
    if (has_place && field.at)
        reading_mark_fix(reading, field, fix.valid);
    reading_note_groups(reading, &found);
    if (has_place)
        reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct line line;
    /* a bare id may be a datagram without a line end */
    enum opened opened = open_line(message->bytes, &line);
    bool is_bare = opened == OPENED_MORE && !line.sentence && line.prefix.left == message->bytes.left;
    if (opened != OPENED && !is_bare)
        return;
    if (line.prefix.left > 0)
        reading_device(reading, id_of_prefix(line.prefix));
    reading->type = line.sentence ? line.sentence->type : "login";
    if (line.sentence && line.sentence->pattern)
        read_sentence(message, &line, reading);
    else if (line.sentence)
        read_login(&line, reading);
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "$GPRMC,080910.000,A,4730.6000,N,01905.4000,E,12.50,45.00,010226,,*0C\r\n",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_VALID },
    { .text = "123456789012345$GPRMC,080910.0,V,3327.0000,S,07039.6000,W,0.0,,010226,,,A*51\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "123456789012345,$GNRMC,080910,A,4730.6000,N,01905.4000,E,12.5,45.0,010226,,,A*61",
      .datagram = true,
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "17/123456789012345/$GPRMC,080910,A,4730.6000,N,01905.4000,E,12.5,45.0,010226,,*12\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text =
          "$GPRMC,080910.000,A,4730.6000,N,01905.4000,E,0.00,0.53,010226,,A*4C,9,123456789012345,1,80,75\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "$GNRMC,080910.00,A,4730.6000,N,01905.4000,E,0.018,,010226,,,A,V*15\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .text = "$GPGGA,080910.000,4730.6000,N,01905.4000,E,1,08,0.9,110.0,M,40.0,M,,*56\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09 },
    { .text = "A0B1C2D3E4F50617$GPGGA,080910.000,3327.0000,S,07039.6000,W,0,00,9.9,0.0,M,0.0,M,,0000*6C\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "A0B1C2D3E4F50617",
      .location = LOCATION_INVALID,
      .lat = -33.45,
      .lon = -70.66 },
    { .text = "$GPGLL,4730.6000,N,01905.4000,E,080910.00,A,A*66\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09 },
    { .text = "$GPRMA,V,3327.0000,S,07039.6000,W,,,0.0,0.0,,*09\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .location = LOCATION_INVALID,
      .lat = -33.45,
      .lon = -70.66 },
    { .text = "$TRCCR,20260201080910.000,A,47.510000,19.090000,12.50,45.00,110.00,80,*35\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .text = "QZE,123456789012345,35,01022026,080910,-33.45,-70.66,0,45,V,0\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "$PUBX,00,080910.00,4730.6000,N,01905.4000,E,110.1,G3,2.1,2.0,0.007,45.00,0.007,,0.92,1.19,0."
              "77,9,123456789012345,0*55\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09 },
    { .text = "$ID,123456789012345,666,370,ALARM,0x00004000,IOP,M,48,GPSET,A,D,010226,T,080910,S,9:5,La,47."
              "51000,N,Lo,19.09000,E,H,110.0,V,0.0\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "$GPTXT,NET,123456789012345,Operator,-71,216 30*11\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "information",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "$GPIOP,00000001,00000000,1.00,2.00,3.00,4.00,12.50,4.10*77\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .location = LOCATION_NONE },
    { .text = "$GPGSV,2,1,08,01,40,083,46,02,17,308,41,12,07,344,39,14,22,228,45*75\r\n",
      .claim = CLAIM_POSSIBLE,
      .type = "satellites",
      .location = LOCATION_NONE },
    { .text = "$GNVTG,054.7,T,034.4,M,005.5,N,010.2,K*56\r\n",
      .claim = CLAIM_POSSIBLE,
      .type = "speed",
      .location = LOCATION_NONE },
    { .text = "$PGID,123456789012345*06\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "$DEVID,0x0123456789ABCDEF*38\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "0x0123456789ABCDEF",
      .location = LOCATION_NONE },
    { .text = "$PSIWMDID,A0B1C2D3E4F5*33\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "A0B1C2D3E4F5",
      .location = LOCATION_NONE },
    { .text = "$PCPTI,Budapest 7,080910,080910.0,6F*57\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "Budapest 7",
      .location = LOCATION_NONE },
    { .text = "$GPFID,VAN7\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "VAN7",
      .location = LOCATION_NONE },
    { .text = "$CONNECT,123456789012345,1\r\n",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "$IMEI=123456789012345\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "IMEI 123456789012345\r\n",
      .claim = CLAIM_LIKELY,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "123456789012345",
      .datagram = true,
      .claim = CLAIM_POSSIBLE,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "123456789012345\r\n",
      .claim = CLAIM_POSSIBLE,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "123456789012345$GPRMC,080910.000,A,4042.6000,N,07400.6000,W,12.50,45.00,010226,,,A*7D\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "truck_7/123456789012345/$GPRMC,080910,A,4730.6000,N,01905.4000,E,12.5,45.0,010226,,*12\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "TRUCK7$GPRMC,080910.000,A,4042.6000,N,07400.6000,W,12.50,45.00,010226,,,A*7D\r\n",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "TRUCK7",
      SAMPLE_NORTH_WEST },
    { .text = "No#20\r\n", .claim = CLAIM_POSSIBLE, .type = "status", .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_t55 = {
    .name = "t55",
    .port = 5005,
    .transports = OVER_TCP | OVER_UDP,
    .heads = HEADS(HEAD("$GPRMC,0"), HEAD("$GPRMC,1"), HEAD("$GPRMC,2"), HEAD("$GPRMC,,"), HEAD("$GNRMC,"),
                   HEAD("$GLRMC,"), HEAD("$GPGGA,"), HEAD("$GNGGA,"), HEAD("$GLGGA,"), HEAD("$GPGLL,"),
                   HEAD("$GNGLL,"), HEAD("$GLGLL,"), HEAD("$GPRMA,"), HEAD("$TRCCR,"), HEAD("QZE,"),
                   HEAD("$GPGSA,"), HEAD("$GPGSV,"), HEAD("$GPGST,"), HEAD("$GPVTG,"), HEAD("$GPZDA,"),
                   HEAD("$PUBX,"), HEAD("$ID,"), HEAD("$GPTXT,NET,"), HEAD("$GPIOP,"), HEAD("$PGID,"),
                   HEAD("$DEVID,"), HEAD("$PSIWMDID,"), HEAD("$PCPTI,"), HEAD("$GPFID,"), HEAD("$CONNECT,"),
                   HEAD("$IMEI"), HEAD("IMEI"), HEAD("No#"), HEAD_DIGITS, HEAD("A"), HEAD("B"), HEAD("C"),
                   HEAD("D"), HEAD("E"), HEAD("F"), HEAD_ANY),
    .kin = KIN("gpsgate", "gps103"),
    .match = match,
    .read = read,
    .samples = samples,
};
