/* SPDX-License-Identifier: Apache-2.0 */
/* The frame of khd, gator and niot. Called by them. */
#include "protocol/cr_frame.h"

enum { FLAG_FIX = 0x80, ANSWER = 0x21 };

const struct binary_frame cr_frame = { .length_at = 3,
                                       .length_size = 2,
                                       .plus = 5,
                                       .shortest = CR_FRAME_SHORTEST,
                                       .longest = 4096,
                                       .end = "\r",
                                       .end_size = 1,
                                       .check = CHECK_XOR,
                                       .check_at = -CR_FRAME_TAIL,
                                       .check_size = 1 };

bool cr_frame_has_date(struct cursor content)
{
    int64_t time;
    return reading_take_bcd_time(&content, "ymdhis", &time);
}

void cr_frame_read_position(struct cursor content, bool (*degrees)(struct cursor field, double *value),
                            struct reading *reading)
{
    struct cursor date = content, lat, lon, flags;
    struct fix fix = { 0 };
    date.left = date.left < 6 ? date.left : 6;
    fix.has_time = reading_carry_bcd_time(&content, "ymdhis", &fix.time);
    if (!cursor_take(&content, 4, &lat) || !cursor_take(&content, 4, &lon) ||
        !cursor_slice(content, 4, 1, &flags) || !degrees(lat, &fix.lat) || !degrees(lon, &fix.lon))
        return;
    fix.valid = (cursor_byte(flags, 0) & FLAG_FIX) != 0;
    if (fix.has_time)
        reading_mark_time(reading, date, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, flags, fix.valid);
    reading_fix(reading, &fix);
}

void cr_frame_answer(struct cursor frame, const char head[static 2], uint8_t last, struct buffer *reply)
{
    uint8_t type, check;
    size_t start = reply->length;
    if (frame.left < CR_FRAME_TAIL || !cursor_u8_at(frame, CR_FRAME_TYPE_AT, &type) ||
        !cursor_u8_at(frame, frame.left - CR_FRAME_TAIL, &check))
        return;
    buffer_put(reply, head, 2);
    buffer_put_u8(reply, ANSWER);
    buffer_put(reply, "\x00\x05", 2);
    buffer_put_u8(reply, check);
    buffer_put_u8(reply, type);
    buffer_put_u8(reply, last);
    binary_put_end(&cr_frame, reply, start);
}
