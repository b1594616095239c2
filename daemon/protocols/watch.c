/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch: children's watches of the SeTracker family (3G, SG, ZJ, CS, …). Text over TCP, some with raw bytes.
 *
 *   [<maker 2>*<id>*<length 4 hex>*<TYPE>[,data]] or with an index: [<maker 2>*<id>*<index>*<length 4 hex>*…]
 *   length counts the content; many senders count wrong, then the ']' that closes the first '['
 *   ends the message.
 *   7d escapes brackets, ',' and '*'. No checksum.
 *   UD…, AL…, WT…: <TYPE>,<ddmmyy>,<hhmmss>,<A|V>,<lat>,<N|S>,<lon>,<E|W>,<speed>,… cells, Wi-Fi
 *   (decimal degrees)
 *   Answers: LK, AL, INIT, TKQ, TKQ2, JXTK, in the same frame.
 */
#include "protocol/protocol.h"

enum { ID_MAX = 32, INDEX_MAX = 8, LENGTH = 4, OPENING_MAX = 3 + ID_MAX + INDEX_MAX + LENGTH + 4 };

/* The frame's front taken apart. */
struct front {
    struct cursor maker, id, index; /* index.at NULL: none */
    uint64_t told;                  /* the content's length by the message */
    size_t content;                 /* offset of the content */
};

enum opened { OPENED, OPENED_MORE, OPENED_NO };

static bool is_word(struct cursor text)
{
    for (size_t i = 0; i < text.left; i++) {
        uint8_t byte = cursor_byte(text, i);
        if (!(byte >= '0' && byte <= '9') && !(byte >= 'A' && byte <= 'Z') && !(byte >= 'a' && byte <= 'z'))
            return false;
    }
    return true;
}

/* Takes a field up to its '*'. */
static enum opened take_word(struct cursor *rest, size_t max, struct cursor *word)
{
    size_t star;
    if (!cursor_find(*rest, '*', &star))
        return rest->left <= max && is_word(*rest) ? OPENED_MORE : OPENED_NO;
    if (star == 0 || star > max || !cursor_take(rest, star, word) || !cursor_skip(rest, 1))
        return OPENED_NO;
    return is_word(*word) ? OPENED : OPENED_NO;
}

static bool is_length(struct cursor word, uint64_t *told)
{
    return word.left == LENGTH && cursor_hex(word, told);
}

static enum opened open_frame(struct cursor bytes, struct front *front)
{
    struct cursor rest = bytes, word, next;
    size_t star;
    *front = (struct front){ 0 };
    if (!CURSOR_STARTS(bytes, "[") || !cursor_skip(&rest, 1))
        return OPENED_NO;
    enum opened opened = take_word(&rest, 2, &front->maker);
    if (opened == OPENED && front->maker.left != 2)
        return OPENED_NO;
    if (opened == OPENED)
        opened = take_word(&rest, ID_MAX, &front->id);
    if (opened == OPENED)
        opened = take_word(&rest, INDEX_MAX, &word);
    if (opened != OPENED)
        return opened;
    /* an index shows by the length behind it */
    next = cursor_part(rest, 0, rest.left <= LENGTH ? rest.left : LENGTH + 1);
    bool has_index = cursor_find(next, '*', &star) && is_length(cursor_part(next, 0, star), &front->told);
    if (has_index) {
        front->index = word;
        if (!cursor_skip(&rest, LENGTH + 1))
            return OPENED_NO;
    } else if (!is_length(word, &front->told)) {
        return next.left <= LENGTH && cursor_count_hex(next) == next.left ? OPENED_MORE : OPENED_NO;
    }
    front->content = (size_t)(rest.at - bytes.at);
    return OPENED;
}

/* Raw sound and pictures, where a ']' may mean nothing. */
static bool is_raw(struct cursor content)
{
    return CURSOR_STARTS(content, "TK") || CURSOR_STARTS(content, "JXTK") || CURSOR_STARTS(content, "img");
}

/* Behind the ']' that closes the first '['; false when it is not there. */
static bool find_closing(struct cursor bytes, size_t *length)
{
    size_t depth = 0;
    for (size_t i = 0; i < bytes.left; i++) {
        if (cursor_byte(bytes, i) == '[') {
            depth++;
        } else if (cursor_byte(bytes, i) == ']' && --depth == 0) {
            *length = i + 1;
            return true;
        }
    }
    return false;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, content = bytes;
    struct front front;
    uint8_t last;
    enum opened opened = open_frame(bytes, &front);
    *length = bytes.left;
    if (opened != OPENED) {
        if (opened == OPENED_NO || bytes.left > OPENING_MAX)
            return CLAIM_NO;
        return message->complete ? CLAIM_POSSIBLE : CLAIM_MORE;
    }
    size_t total = front.content + (size_t)front.told + 1;
    if (cursor_u8_at(bytes, total - 1, &last) && last == ']') {
        *length = total;
        return CLAIM_CERTAIN;
    }
    bool may_wait = !message->complete && bytes.left < MESSAGE_MAX;
    if (!cursor_skip(&content, front.content) || (is_raw(content) && bytes.left < total && may_wait))
        return CLAIM_MORE;
    if (!find_closing(bytes, length) && may_wait)
        return CLAIM_MORE;
    return CLAIM_LIKELY;
}

static const struct pattern position = {
    "(?<type>(?:UD|AL|WT)[^,]*),(?<dmy>\\d{6}),(?<hms>\\d{6}),(?<valid>[AV]), *(?<latd>-?\\d+\\.?\\d*),"
    "(?<ns>[NS])?, *(?<lond>-?\\d+\\.?\\d*),(?<ew>[EW])?,"
};

static struct cursor content_of(struct cursor bytes, const struct front *front)
{
    struct cursor content = bytes;
    if (!cursor_skip(&content, front->content))
        return cursor_of(NULL, 0);
    if (CURSOR_ENDS(content, "]"))
        content.left--;
    return content;
}

static bool is_place(struct cursor type)
{
    return CURSOR_STARTS(type, "UD") || CURSOR_STARTS(type, "AL") || CURSOR_STARTS(type, "WT");
}

static struct cursor type_of(struct cursor content)
{
    struct cursor type = { 0 };
    return cursor_field(&content, ',', &type) ? type : cursor_of(NULL, 0);
}

static const char *type_name(struct cursor type)
{
    static const char *const names[][2] = {
        { "LK", "heartbeat" },       { "KA", "heartbeat" },      { "INIT", "login" },
        { "AL", "alarm" },           { "UD", "position" },       { "WT", "position" },
        { "JXTK", "audio" },         { "TK", "audio" },          { "img", "photo" },
        { "CONFIG", "information" }, { "ICCID", "information" }, { "VERNO", "information" },
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (cursor_starts(type, names[i][0], strlen(names[i][0])))
            return names[i][1];
    }
    return "status";
}

static void read(const struct message *message, struct reading *reading)
{
    struct front front;
    struct groups found;
    if (open_frame(message->bytes, &front) != OPENED)
        return;
    struct cursor content = content_of(message->bytes, &front), type = type_of(content);
    reading_device(reading, front.id);
    reading_mark(reading, "type", type);
    reading->type = type_name(type);
    /* what is behind this front is nobody else's, even if its length was counted wrong */
    reading->proven = cursor_count_digits(front.id) == front.id.left && front.id.left >= 10 &&
                      CURSOR_ENDS(message->bytes, "]") && type.left > 0;
    if (is_place(type) && pattern_match(message->patterns, &position, content, &found))
        reading_take_groups(reading, &found, false);
    reading_no_location(reading);
}

/* What a watch of this type of message waits for, or NULL. */
static const char *answer_to(struct cursor type)
{
    static const char *const answers[][2] = {
        { "LK", "LK" }, { "INIT", "INIT,1" }, { "TKQ", "TKQ" }, { "TKQ2", "TKQ2" }, { "JXTK", "JXTKR,1" },
    };
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        if (cursor_is(type, answers[i][0]))
            return answers[i][1];
    }
    return CURSOR_STARTS(type, "AL") ? "AL" : NULL;
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct front front;
    (void)asker;
    if (open_frame(message->bytes, &front) != OPENED)
        return;
    struct cursor content = content_of(message->bytes, &front);
    const char *text = answer_to(type_of(content));
    /* what is its own answer: of these words devices send LK and TKQ alone, too, and over a connection get their echo */
    bool is_own_answer = text && cursor_is(content, text);
    bool is_echoed = !message->datagram && (CURSOR_STARTS(content, "LK") || CURSOR_STARTS(content, "TKQ"));
    if (!text || (is_own_answer && !is_echoed))
        return;
    buffer_put_text(reply, "[");
    buffer_put_cursor(reply, front.maker);
    buffer_put_text(reply, "*");
    buffer_put_cursor(reply, front.id);
    buffer_put_text(reply, "*");
    if (front.index.at) {
        buffer_put_cursor(reply, front.index);
        buffer_put_text(reply, "*");
    }
    buffer_printf(reply, "%04zx*%s]", strlen(text), text);
}

static const struct sample samples[] = {
    { .text = "[3G*1234567890*008B*UD,010226,080910,A,47.510000,N,19.0900000,E,12.50,45.0,110.0,8,70,80,1200,"
              "3,00000000,1,255,216,30,123,4567,140,1,casa,02:00:00:aa:bb:cc,-61]",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567890",
      SAMPLE_VALID },
    { .text = "[3G*1234567890*0052*UD2,010226,080910,A,47.510000,N, "
              "19.0900000,E,0.00,0.0,0.0,8,70,80,0,0,00000008,0,0]",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567890",
      SAMPLE_VALID },
    { .text = "[SG*1234567890*0055*AL_LTE,010226,080910,V,33.450000,S,-70.660000,W,0.00,0.0,0.0,0,70,80,0,0,"
              "00010000,0,0]",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "1234567890",
      SAMPLE_INVALID,
      .answer = "=[SG*1234567890*0002*AL]" },
    { .text = "[ZJ*1234567890*0021*003D*WT,010226,080910,V,0.0,N,0.0,E,0,0,0,0,70,80,0,0,00000000,0,0]",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567890",
      .location = LOCATION_INVALID,
      .time = "2026-02-01T08:09:10Z" },
    { .text = "[3G*1234567890*000C*LK,1200,3,80]",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "1234567890",
      .location = LOCATION_NONE,
      .answer = "=[3G*1234567890*0002*LK]" },
    { .text = "[ZJ*1234567890*0022*0005*LK,80]",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "1234567890",
      .location = LOCATION_NONE,
      .answer = "=[ZJ*1234567890*0022*0002*LK]" },
    { .text = "[3G*1234567890*0008*INIT,123]",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "1234567890",
      .location = LOCATION_NONE,
      .answer = "=[3G*1234567890*0006*INIT,1]" },
    { .text = "[3G*1234567890*0004*TKQ2]",
      .claim = CLAIM_CERTAIN,
      .type = "audio",
      .device = "1234567890",
      .location = LOCATION_NONE,
      .answer = "=[3G*1234567890*0004*TKQ2]" },
    { .text = "[3G*1234567890*0012*JXTK,1,a,1,1,#!AMR]",
      .claim = CLAIM_CERTAIN,
      .type = "audio",
      .device = "1234567890",
      .location = LOCATION_NONE,
      .answer = "=[3G*1234567890*0007*JXTKR,1]" },
    { .text = "[CS*1234567890*0008*heart,72]",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "1234567890",
      .location = LOCATION_NONE },
    { .text = "[3G*1234567890*000C*CONFIG,TY:w1]",
      .claim = CLAIM_CERTAIN,
      .type = "information",
      .device = "1234567890",
      .location = LOCATION_NONE },
    { .hex = "5b43532a313233343536373839302a303030442a544b2c2321414d520a015d025b5d",
      .claim = CLAIM_CERTAIN,
      .type = "audio",
      .device = "1234567890",
      .location = LOCATION_NONE },
    { .hex = "5b43532a313233343536373839302a303030422a544b2c2321414d520a7d03ff5d",
      .claim = CLAIM_CERTAIN,
      .type = "audio",
      .device = "1234567890",
      .location = LOCATION_NONE },
    { .text = "[3G*1234567890*0057*UD,010226,080910,A,40.710000,N,74.010000,W,12.50,45.0,110.0,8,70,80,1200,"
              "3,00000000,0,0]",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567890",
      SAMPLE_NORTH_WEST },
    { 0 }
};

const struct protocol protocol_watch = {
    .name = "watch",
    .port = 5093,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("[")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
