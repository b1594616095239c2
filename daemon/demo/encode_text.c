/* SPDX-License-Identifier: Apache-2.0 */
/* Encoders of protocols that are text. Their samples in daemon/protocols/ are the models. */
#include <math.h>
#include <string.h>

#include "base/checksum.h"
#include "demo/encoders.h"

/* "ddmmyy", and "yymmdd" */
static void put_dmy(struct buffer *out, const struct calendar *date)
{
    buffer_printf(out, "%02u%02u%02u", date->day, date->month, date->year % 100);
}

static void put_ymd(struct buffer *out, const struct calendar *date)
{
    buffer_printf(out, "%02u%02u%02u", date->year % 100, date->month, date->day);
}

static void put_hms(struct buffer *out, const struct calendar *date)
{
    buffer_printf(out, "%02u%02u%02u", date->hour, date->minute, date->second);
}

/* "4730.6000,N,01905.4000,E" */
static void put_place(struct buffer *out, const struct telling *telling, char separator)
{
    encode_put_minutes(out, telling->lat, 2);
    buffer_printf(out, "%c%c%c", separator, encode_north_south(telling), separator);
    encode_put_minutes(out, telling->lon, 3);
    buffer_printf(out, "%c%c", separator, encode_east_west(telling));
}

static void put_h02(enum phrase phrase, const struct telling *telling, struct buffer *out)
{
    struct calendar date = calendar_from_unix(telling->time);
    buffer_printf(out, "*HQ,%s,", telling->id);
    if (phrase == PHRASE_HEARTBEAT) {
        buffer_put_text(out, "HTBT,85#");
        return;
    }
    buffer_put_text(out, "V1,");
    put_hms(out, &date);
    buffer_printf(out, ",%c,", encode_fix(telling));
    put_place(out, telling, ',');
    buffer_printf(out, ",%06.2f,%03u,", encode_knots(telling), telling->course);
    put_dmy(out, &date);
    buffer_put_text(out, ",FFFFFBFF#");
}

static void put_gps103(enum phrase phrase, const struct telling *telling, struct buffer *out)
{
    struct calendar date = calendar_from_unix(telling->time);
    if (phrase == PHRASE_HEARTBEAT) {
        buffer_printf(out, "%s;", telling->id);
        return;
    }
    if (phrase == PHRASE_LOGIN) {
        buffer_printf(out, "##,imei:%s,A;", telling->id);
        return;
    }
    buffer_printf(out, "imei:%s,tracker,", telling->id);
    put_ymd(out, &date);
    buffer_printf(out, "%02u%02u,,F,", date.hour, date.minute);
    put_hms(out, &date);
    buffer_printf(out, ".000,%c,", encode_fix(telling));
    put_place(out, telling, ',');
    buffer_printf(out, ",%.2f,%u;", encode_knots(telling), telling->course);
}

static void put_tk103(enum phrase phrase, const struct telling *telling, struct buffer *out)
{
    struct calendar date = calendar_from_unix(telling->time);
    if (phrase == PHRASE_LOGIN) {
        buffer_printf(out, "(%sBP00900%sHSO)", telling->id, telling->id);
        return;
    }
    buffer_printf(out, "(%sBR00", telling->id);
    put_ymd(out, &date);
    buffer_put_u8(out, (unsigned char)encode_fix(telling));
    encode_put_minutes(out, telling->lat, 2);
    buffer_put_u8(out, (unsigned char)encode_north_south(telling));
    encode_put_minutes(out, telling->lon, 3);
    buffer_printf(out, "%c%05.1f", encode_east_west(telling), (double)telling->speed);
    put_hms(out, &date);
    buffer_printf(out, "%06.2f0001000000L00000000)", (double)telling->course);
}

static void put_osmand(enum phrase phrase, const struct telling *telling, struct buffer *out)
{
    (void)phrase;
    buffer_printf(out,
                  "GET /?id=%s&timestamp=%lld&lat=%.6f&lon=%.6f&speed=%.1f&bearing=%u%s HTTP/1.1\r\n"
                  "Host: gps.example.org\r\n\r\n",
                  telling->id, (long long)telling->time, telling->lat, telling->lon, encode_knots(telling),
                  telling->course, telling->has_fix ? "" : "&valid=false");
}

static void put_watch(enum phrase phrase, const struct telling *telling, struct buffer *out)
{
    struct calendar date = calendar_from_unix(telling->time);
    char memory[200];
    struct buffer body = buffer_on(memory, sizeof(memory));
    if (phrase == PHRASE_POSITION) {
        buffer_put_text(&body, "UD,");
        put_dmy(&body, &date);
        buffer_put_u8(&body, ',');
        put_hms(&body, &date);
        buffer_printf(&body, ",%c,%.6f,%c,%.6f,%c,%.2f,%.1f,110.0,%u,70,80,0,0,00000000,0,0",
                      encode_fix(telling), fabs(telling->lat), encode_north_south(telling),
                      fabs(telling->lon), encode_east_west(telling), (double)telling->speed,
                      (double)telling->course, telling->has_fix ? 8u : 0u);
    } else {
        buffer_put_text(&body, "LK,1200,3,80");
    }
    buffer_printf(out, "[3G*%s*%04zX*", telling->id, body.length);
    buffer_put_cursor(out, buffer_cursor(&body));
    buffer_put_u8(out, ']');
}

static void put_long_time(struct buffer *out, const struct calendar *date)
{
    buffer_printf(out, "%04u%02u%02u", date->year, date->month, date->day);
    put_hms(out, date);
}

static void put_gl200(enum phrase phrase, const struct telling *telling, struct buffer *out)
{
    struct calendar date = calendar_from_unix(telling->time);
    if (phrase == PHRASE_HEARTBEAT) {
        buffer_printf(out, "+ACK:GTHBD,2C0204,%s,van,", telling->id);
    } else {
        buffer_printf(out, "+RESP:GTFRI,2C0204,%s,van,0,0,1,1,", telling->id);
        if (telling->has_fix) {
            buffer_printf(out, "1.7,%u,%u,110.0,%.6f,%.6f,", telling->speed, telling->course, telling->lon,
                          telling->lat);
            put_long_time(out, &date);
        } else {
            buffer_put_text(out, "0,,,,,,");
        }
        buffer_put_text(out, ",0216,0030,7596,5891C,0.0,88,");
    }
    put_long_time(out, &date);
    buffer_printf(out, ",%04X$", telling->serial & 0xffff);
}

static void put_meitrack(enum phrase phrase, const struct telling *telling, struct buffer *out)
{
    struct calendar date = calendar_from_unix(telling->time);
    char memory[256];
    struct buffer body = buffer_on(memory, sizeof(memory));
    (void)phrase;
    buffer_printf(&body, ",%s,AAA,35,%.6f,%.6f,", telling->id, telling->lat, telling->lon);
    put_ymd(&body, &date);
    put_hms(&body, &date);
    buffer_printf(&body,
                  ",%c,%u,22,%u,%u,1.1,120,80974,118792,216|30|2A13|634E,0000,0000|0000|0000|09DA|0234,,*",
                  encode_fix(telling), telling->has_fix ? 9u : 0u, telling->speed, telling->course);
    size_t start = out->length;
    /* its own length counts the check value and the line's end, and not what stands before the comma */
    buffer_printf(out, "$$%c%zu", (int)('A' + telling->serial % 26), body.length + 4);
    buffer_put_cursor(out, buffer_cursor(&body));
    struct cursor covered = cursor_part(buffer_cursor(out), start, out->length - start);
    buffer_printf(out, "%02X\r\n", sum_8(covered));
}

static void put_suntech(enum phrase phrase, const struct telling *telling, struct buffer *out)
{
    struct calendar date = calendar_from_unix(telling->time);
    (void)phrase;
    buffer_printf(out, "SA200STT;%s;042;%04u%02u%02u;%02u:%02u:%02u;16d41;%+010.6f;%+011.6f;", telling->id,
                  date.year, date.month, date.day, date.hour, date.minute, date.second, telling->lat,
                  telling->lon);
    buffer_printf(out, "%07.3f;%06.2f;8;%d;41548;12.17;100000;2;%04u\r", (double)telling->speed,
                  (double)telling->course, telling->has_fix, telling->serial % 10000);
}

static void put_wialon(enum phrase phrase, const struct telling *telling, struct buffer *out)
{
    struct calendar date = calendar_from_unix(telling->time);
    if (phrase == PHRASE_HEARTBEAT) {
        buffer_put_text(out, "#P#\r\n");
        return;
    }
    buffer_put_text(out, phrase == PHRASE_LOGIN ? "#L#" : "#D#");
    size_t start = out->length;
    if (phrase == PHRASE_LOGIN) {
        buffer_printf(out, "2.0;%s;NA;", telling->id);
    } else {
        put_dmy(out, &date);
        buffer_put_u8(out, ';');
        put_hms(out, &date);
        buffer_put_u8(out, ';');
        put_place(out, telling, ';');
        buffer_printf(out, ";%u;%u;120;%u;0.9;NA;NA;12.1,0.4;NA;NA;", telling->speed, telling->course,
                      telling->has_fix ? 9u : 0u);
    }
    struct cursor covered = cursor_part(buffer_cursor(out), start, out->length - start);
    buffer_printf(out, "%04X\r\n", crc16_arc(covered));
}

enum { LOGIN = 1 << PHRASE_LOGIN, POSITION = 1 << PHRASE_POSITION, HEARTBEAT = 1 << PHRASE_HEARTBEAT };

const struct encoder text_encoders[] = {
    { "h02", 10, false, 0, true, POSITION | HEARTBEAT, put_h02 },
    { "gps103", 15, false, 1, true, LOGIN | HEARTBEAT, put_gps103 },
    { "tk103", 12, false, 1, false, LOGIN, put_tk103 },
    { "osmand", 15, false, 0, false, POSITION, put_osmand },
    { "watch", 10, false, 1, true, LOGIN | HEARTBEAT, put_watch },
    { "gl200", 15, true, 0, true, HEARTBEAT, put_gl200, .is_blank = true },
    { "meitrack", 15, false, 0, false, 0, put_meitrack },
    { "suntech", 9, false, 0, false, 0, put_suntech },
    { "wialon", 15, false, 1, true, LOGIN | POSITION | HEARTBEAT, put_wialon },
    { 0 },
};
