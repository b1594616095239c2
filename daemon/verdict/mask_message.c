/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of a message, masked. It is read again with its fields marked: ids and places are written over in the way they stand
 * there, and it is read once more to see that they are what they should be; else they are hidden. Of the rest only those fields
 * stay of which it is known that they tell nothing of who and where. Part of mask.
 */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>

#include "verdict/mask_field.h"
#include "verdict/mask_parts.h"

enum { WORD_MOST = 8, NUMBER_LEAST = 4, NAME_MOST = 24, ANSWER = 16, HEAD = 2, NARROW = 2 };
static const double CLOSE = 0.006; /* degrees that a coarse encoding may be off */

static bool is_named(const char *name, const char *const *list)
{
    for (; *list; list++) {
        if (strcmp(name, *list) == 0)
            return true;
    }
    return false;
}

/* What such a field says is neither who nor where. */
static bool is_harmless(const struct mark *mark)
{
    static const char *const names[] = { "type",       "length",   "time",       "time of day",
                                         "date",       "fix",      "hemisphere", "hemispheres",
                                         "command",    "codec",    "sequence",   "selector",
                                         "satellites", "event",    "mask",       "seconds since 2000",
                                         "alarm",      "priority", "start",      "end",
                                         NULL };
    return is_named(mark->name, names) && mark->length <= 32;
}

static bool is_latitude(const struct mark *mark)
{
    return strcmp(mark->name, "latitude") == 0;
}

static bool is_longitude(const struct mark *mark)
{
    return strcmp(mark->name, "longitude") == 0;
}

/* ---- reading again ---- */

/* Reads the bytes as they stand now. The protocol that is known of the conversation is asked first. */
static bool read_again(struct mask *mask, const struct message_event *event, struct cursor bytes,
                       struct identity *identity)
{
    struct conversation conversation = { 0 };
    struct service service = { event->who.transport, event->who.port };
    if (event->protocol) {
        conversation.known[0] = event->protocol;
        conversation.known_count = 1;
        conversation.certainty = CLAIM_CERTAIN;
        conversation.started = true;
    }
    bool is_read = conversation_take(&conversation, mask->detector, mask->ports, &service, bytes, true,
                                     &mask->marks, identity);
    identity->device = ""; /* the conversation's ends here */
    return is_read && identity->candidate_count > 0;
}

/* ---- fields ---- */

struct work {
    struct mask *mask;
    const struct message_event *event;
    size_t length; /* of the message's bytes */
    size_t start;  /* where the message proper begins */
    const struct protocol *protocol;
    bool has_place; /* the message tells of one */
    double lat, lon;
};

/* The mark at the same place after the bytes were changed; NULL: it is gone. */
static const struct mark *find_mark(const struct marks *marks, const struct mark *like)
{
    for (size_t i = 0; i < marks->count; i++) {
        const struct mark *mark = &marks->list[i];
        if (mark->offset == like->offset && mark->length == like->length &&
            strcmp(mark->name, like->name) == 0)
            return mark;
    }
    return NULL;
}

/* Is the field read as the id, or as the degrees, that were written there? */
static bool is_right(struct work *work, const struct mark *mark, const char *device, double degrees)
{
    struct identity identity;
    struct mask *mask = work->mask;
    if (!read_again(mask, work->event, cursor_of(mask->tried, work->length), &identity) ||
        identity.candidates[0] != work->protocol || identity.noise != work->start)
        return false;
    if (device)
        return strcmp(identity.reading.device, device) == 0;
    const struct mark *now = find_mark(&mask->marks, mark);
    return now && now->value[0] && fabs(strtod(now->value, NULL) - degrees) < CLOSE;
}

/* Tries all ways to write it there. False: none is right. */
static bool write_field(struct work *work, const struct mark *mark, const char *old, const char *device,
                        double before, double degrees)
{
    struct mask *mask = work->mask;
    unsigned ways = device ? MASK_ID_WAYS : MASK_DEGREE_WAYS;
    for (unsigned way = 0; way < ways; way++) {
        memcpy(mask->tried, mask->bytes, work->length);
        uint8_t *field = mask->tried + work->start + mark->offset;
        bool is_written = device ? mask_field_id(way, field, mark->length, old, device)
                                 : mask_field_degrees(way, field, mark->length, before, degrees);
        if (!is_written || !is_right(work, mark, device, degrees))
            continue;
        memcpy(mask->bytes, mask->tried, work->length);
        return true;
    }
    return false;
}

/* The longitude that belongs to a latitude is the next one, or the one before it. */
static const struct mark *other_of(const struct marks *marks, size_t index)
{
    bool is_lat = is_latitude(&marks->list[index]);
    for (size_t distance = 1; distance < 4; distance++) {
        for (int side = 1; side >= -1; side -= 2) {
            size_t i = side > 0 ? index + distance : index - distance;
            if (i < marks->count && (is_lat ? is_longitude(&marks->list[i]) : is_latitude(&marks->list[i])))
                return &marks->list[i];
        }
    }
    return NULL;
}

static bool write_degrees(struct work *work, const struct marks *marks, size_t index)
{
    const struct mark *mark = &marks->list[index], *other = other_of(marks, index);
    bool is_lat = is_latitude(mark);
    double here = strtod(mark->value, NULL), there = other ? strtod(other->value, NULL) : 1;
    double lat = is_lat ? here : there, lon = is_lat ? there : here;
    if (!mark->value[0] || (here == 0 && there == 0))
        return here == 0;
    return mask_place(work->mask, &lat, &lon) &&
           write_field(work, mark, NULL, NULL, here, is_lat ? lat : lon);
}

/* ---- what is not explained ---- */

static void hide(struct work *work, size_t at, size_t length)
{
    memset(work->mask->hidden + at, 1, length);
}

/* A number with a point that is small and coarse: a speed, a voltage; where it is known where the message was sent from, and this is not near it. */
static bool is_plain_decimal(const struct work *work, const uint8_t *word, size_t length)
{
    char text[8], *end;
    if (length >= sizeof(text))
        return false;
    memcpy(text, word, length);
    text[length] = '\0';
    double value = fabs(strtod(text, &end));
    const char *point = strchr(text, '.');
    return *end == '\0' && point && strlen(point + 1) <= 2 && value < 1000 && work->has_place &&
           fabs(value - fabs(work->lat)) > 2 && fabs(value - fabs(work->lon)) > 2;
}

/* A word or number of a text stays when it is so short, or so plain, that it can be no id and no place. */
static bool is_plain_word(const struct work *work, const uint8_t *word, size_t length)
{
    size_t digits = 0, letters = 0;
    for (size_t i = 0; i < length; i++) {
        digits += isdigit(word[i]) != 0;
        letters += isalpha(word[i]) != 0;
    }
    if (digits == 0)
        return length <= WORD_MOST;
    return (digits == length && length < NUMBER_LEAST) ||
           (letters == 0 && is_plain_decimal(work, word, length));
}

/* "name":  name=  and, at the start of a line, Name:  are of the grammar, not of the sender. */
static bool is_name(const struct work *work, size_t at, size_t length)
{
    const uint8_t *bytes = work->mask->bytes;
    size_t end = at + length;
    char before = at > 0 ? (char)bytes[at - 1] : '\n', after = end < work->length ? (char)bytes[end] : '\0';
    char behind = end + 1 < work->length ? (char)bytes[end + 1] : '\0';
    for (size_t i = 0; i < length; i++) {
        if (!isalpha(bytes[at + i]) && !strchr("-_", bytes[at + i]))
            return false;
    }
    return length <= NAME_MOST &&
           ((before == '"' && after == '"' && behind == ':') || (strchr("?&;, ", before) && after == '=') ||
            (before == '\n' && after == ':' && behind == ' '));
}

static void hide_words(struct work *work, size_t from, size_t to)
{
    const uint8_t *bytes = work->mask->bytes;
    for (size_t at = from; at < to;) {
        size_t length = 0;
        while (at + length < to && (isalnum(bytes[at + length]) || strchr(".+-_", bytes[at + length]) ||
                                    bytes[at + length] >= 0x80))
            length++;
        if (length > 0 && !is_plain_word(work, bytes + at, length) && !is_name(work, at, length))
            hide(work, at, length);
        at += length > 0 ? length : 1;
    }
}

/* Of bytes that are no text only empty ones stay: runs of 00 or ff. One or two between fields that are known hold no id. */
static void hide_bytes(struct work *work, size_t from, size_t to)
{
    const uint8_t *bytes = work->mask->bytes;
    if (to - from <= NARROW && work->protocol)
        return;
    for (size_t at = from; at < to; at++) {
        bool is_empty = bytes[at] == 0 || bytes[at] == 0xff;
        bool is_run =
            (at > from && bytes[at - 1] == bytes[at]) || (at + 1 < to && bytes[at + 1] == bytes[at]);
        if (!is_empty || !is_run)
            hide(work, at, 1);
    }
}

static void hide_rest(struct work *work, const uint8_t *known)
{
    struct cursor all = cursor_of(work->mask->bytes, work->length);
    bool is_text = cursor_is_text(cursor_trim_nul(all));
    for (size_t at = 0; at < work->length;) {
        size_t end = at;
        while (end < work->length && !known[end])
            end++;
        if (is_text)
            hide_words(work, at, end);
        else
            hide_bytes(work, at, end);
        at = end;
        while (at < work->length && known[at])
            at++;
    }
}

/* Heads and ends are the protocol's own. */
static void know_frame(const struct work *work, uint8_t *known)
{
    size_t length = work->length - work->start;
    struct cursor bytes = cursor_of(work->mask->bytes + work->start, length);
    size_t best = 0;
    for (const struct head *head = work->protocol ? work->protocol->heads : NULL; head && head->bytes;
         head++) {
        if (head->length > best && head->length <= length && head->length <= 8 &&
            memcmp(bytes.at, head->bytes, head->length) == 0)
            best = head->length;
    }
    for (size_t i = 0; i < best; i++)
        known[work->start + i] = !isdigit(work->mask->bytes[work->start + i]);
    for (size_t end = work->length; end > work->start && end + 2 > work->length; end--) {
        if (strchr("\r\n#$;)", work->mask->bytes[end - 1]) || work->mask->bytes[end - 1] == bytes.at[0])
            known[end - 1] = 1;
    }
}

/* ---- the whole ---- */

static int by_size(const void *left, const void *right)
{
    const struct mark *a = left, *b = right;
    if (a->length != b->length)
        return a->length < b->length ? 1 : -1;
    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static void mark_known(struct work *work, const struct marks *marks, uint8_t *known)
{
    for (size_t i = 0; i < marks->count; i++) {
        const struct mark *mark = &marks->list[i];
        if (is_harmless(mark))
            memset(known + work->start + mark->offset, 1, mark->length);
    }
}

/* A field that tells who or where: written over, or hidden. What it shares with others is its own. */
static bool settle_field(struct work *work, const struct marks *marks, size_t index, const char *device)
{
    const struct mark *mark = &marks->list[index];
    bool is_id = strcmp(mark->name, "device") == 0, is_place = is_latitude(mark) || is_longitude(mark);
    if (is_id && device[0])
        return write_field(work, mark, device, mask_id(work->mask, device), 0, 0);
    return is_place && write_degrees(work, marks, index);
}

static void settle_fields(struct work *work, const struct marks *marks, const char *device, uint8_t *known)
{
    for (size_t i = 0; i < marks->count; i++) {
        const struct mark *mark = &marks->list[i];
        size_t at = work->start + mark->offset;
        if (is_harmless(mark) || mark->length == 0 || strcmp(mark->name, "checksum") == 0)
            continue;
        bool is_written = settle_field(work, marks, i, device);
        memset(known + at, 1, mark->length);
        memset(work->mask->hidden + at, !is_written, mark->length);
    }
}

/* The right value, which the reading of the changed bytes names; hidden where some are hidden, or it cannot be written. */
static void settle_checksums(struct work *work, const struct marks *marks, uint8_t *known)
{
    struct mask *mask = work->mask;
    bool is_whole = !memchr(mask->hidden, 1, work->length);
    for (size_t i = 0; i < marks->count; i++) {
        const struct mark *mark = &marks->list[i];
        size_t at = work->start + mark->offset;
        struct identity identity;
        if (strcmp(mark->name, "checksum") != 0 || mark->length > 8 || mark->length == 0)
            continue;
        memset(known + at, 1, mark->length);
        memcpy(mask->tried, mask->bytes, work->length);
        bool is_read =
            is_whole && read_again(mask, work->event, cursor_of(mask->tried, work->length), &identity);
        const struct mark *now = is_read ? find_mark(&mask->marks, mark) : NULL;
        const char *colon = now && now->is_wrong ? strchr(now->value, ':') : NULL;
        unsigned long long right = colon ? strtoull(colon + 1, NULL, 16) : 0;
        bool is_fine = now && !now->is_wrong;
        for (size_t order = 0; colon && !is_fine && order < 2; order++) {
            for (size_t k = 0; k < mark->length; k++)
                mask->tried[at + k] = (uint8_t)(right >> 8 * (order ? k : mark->length - 1 - k));
            is_fine = read_again(mask, work->event, cursor_of(mask->tried, work->length), &identity) &&
                      (now = find_mark(&mask->marks, mark)) && !now->is_wrong;
        }
        if (is_fine)
            memcpy(mask->bytes, mask->tried, work->length);
        memset(mask->hidden + at, !is_fine, mark->length);
    }
}

/* Nothing of a hidden byte goes on. */
static void finish(struct work *work)
{
    struct mask *mask = work->mask;
    for (size_t i = 0; i < work->length; i++) {
        if (!mask->hidden[i])
            continue;
        mask->bytes[i] = 'X';
        mask->counts.hidden++;
    }
}

static void mask_claimed(struct work *work, struct identity *identity)
{
    struct mask *mask = work->mask;
    struct marks *marks = malloc(sizeof(*marks));
    uint8_t *known = calloc(work->length + 1, 1);
    char device[DEVICE_MAX];
    if (!marks || !known) {
        hide(work, 0, work->length);
        free(marks);
        free(known);
        return;
    }
    *marks = mask->marks;
    strcpy(device, identity->reading.device);
    work->start = identity->noise;
    work->protocol = identity->candidates[0];
    work->has_place = identity->reading.has_coordinates;
    work->lat = identity->reading.lat;
    work->lon = identity->reading.lon;
    qsort(marks->list, marks->count, sizeof(marks->list[0]), by_size);
    know_frame(work, known);
    mark_known(work, marks, known);
    settle_fields(work, marks, device, known);
    hide_rest(work, known);
    settle_checksums(work, marks, known);
    if (device[0])
        mask_field_hide_id(mask->bytes, work->length, device, mask->hidden);
    free(marks);
    free(known);
}

/* What no protocol claims, and what the server says: nothing is known of the bytes. A short answer tells no more than its own id. */
static void mask_unclaimed(struct work *work, bool is_answer)
{
    bool is_text = cursor_is_text(cursor_trim_nul(cursor_of(work->mask->bytes, work->length)));
    bool is_short = is_answer && work->length <= ANSWER && work->event->device[0];
    work->mask->counts.unknown += !is_answer;
    if (is_short || (!is_answer && work->mask->is_unknown_kept))
        return;
    size_t first = work->length > HEAD ? HEAD : 0;
    if (is_text)
        hide_words(work, 0, work->length);
    else
        hide_bytes(work, first, work->length);
}

void mask_bytes(struct mask *mask, const struct message_event *event)
{
    struct work work = { .mask = mask,
                         .event = event,
                         .length = event->bytes.left < MESSAGE_MAX ? event->bytes.left : MESSAGE_MAX };
    struct identity identity;
    memset(mask->hidden, 0, work.length);
    if (work.length > 0)
        memcpy(mask->bytes, event->bytes.at, work.length);
    if (event->direction == DIRECTION_IN &&
        read_again(mask, event, cursor_of(mask->bytes, work.length), &identity) &&
        identity.bytes.left == work.length)
        mask_claimed(&work, &identity);
    else
        mask_unclaimed(&work, event->direction == DIRECTION_OUT);
    if (event->device && event->device[0])
        mask_field_hide_id(mask->bytes, work.length, event->device, mask->hidden);
    finish(&work);
}
