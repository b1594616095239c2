/* SPDX-License-Identifier: Apache-2.0 */
/* The engine of the protocols that are a table: frames, claims, reads and answers by struct text_protocol. Called by protocol. */
#include "protocol/text_protocol.h"

enum { LONGEST = 1024, NAME_MAX_LENGTH = 24 };

static size_t longest(const struct text_protocol *text)
{
    return text->longest ? text->longest : LONGEST;
}

/* Where the first of the ends stands. */
static enum framed frame(const struct text_protocol *text, const struct message *message, size_t *length)
{
    struct cursor rest = message->bytes;
    size_t max = longest(text), skipped = text->head < rest.left ? text->head : rest.left, at;
    bool has_end = false;
    rest = cursor_part(rest, skipped, (rest.left < max ? rest.left : max) - (skipped < max ? skipped : max));
    for (const char *end = text->ends; end && *end; end++) {
        if (cursor_find(rest, (uint8_t)*end, &at)) {
            rest.left = at + 1;
            has_end = true;
        }
    }
    if (text->nul_ends && cursor_find(rest, '\0', &at)) {
        rest.left = at + 1;
        has_end = true;
    }
    if (text->end && cursor_find_text(rest, text->end, &at)) {
        rest.left = at + strlen(text->end);
        has_end = true;
    }
    bool is_endless = !text->ends && !text->nul_ends && !text->end;
    *length = message->bytes.left;
    if (!has_end)
        return message->bytes.left > max         ? FRAMED_NO
               : is_endless || message->complete ? FRAMED_CUT
                                                 : FRAMED_MORE;
    *length = skipped + rest.left + text->behind;
    if (*length <= message->bytes.left)
        return FRAMED;
    *length = message->bytes.left;
    return message->complete ? FRAMED_CUT : FRAMED_MORE;
}

/* How much of the text that ends a message stands at the end: less than all of it where the message is cut off. */
static size_t end_of(const struct text_protocol *text, struct cursor body)
{
    size_t size = strlen(text->end);
    while (size > 0 && !cursor_ends(body, text->end, size))
        size--;
    return size;
}

/* The message without its end and what stands behind it. */
static struct cursor body_of(const struct text_protocol *text, struct cursor bytes)
{
    struct cursor body = bytes;
    if (text->behind > 0 && body.left > text->behind) {
        uint8_t end = cursor_byte(body, body.left - text->behind - 1);
        bool is_end = text->ends && end != '\0' && strchr(text->ends, end);
        if (is_end)
            body.left -= text->behind;
    }
    body = cursor_trim_nul(body);
    size_t told = text->end ? end_of(text, body) : 0;
    if (told > 0)
        body.left -= told;
    else if (text->ends && body.left > 0 && cursor_byte(body, body.left - 1) != '\0' &&
             strchr(text->ends, cursor_byte(body, body.left - 1)))
        body.left--;
    return cursor_part(body, 0, cursor_trim_nul(body).left);
}

static const struct text_form *form_of(const struct text_protocol *text, const struct message *message,
                                       struct cursor body, struct groups *found)
{
    for (const struct text_form *form = text->forms;
         form < text->forms + TEXT_FORMS_MAX && form->grammar.regex; form++) {
        if (pattern_fits(message->patterns, &form->grammar, body, found))
            return form;
    }
    return NULL;
}

/* Is the message's own check value right? True where there is none. */
static bool is_checked(const struct text_protocol *text, const struct groups *found, struct reading *reading)
{
    struct cursor told = found->standard[GROUP_CHECK], covered = found->standard[GROUP_COVERED];
    uint64_t value;
    if (text->check == CHECK_NONE || !told.at || !covered.at)
        return true;
    uint32_t right = check_of(text->check, covered);
    bool is_right = cursor_hex(told, &value) && value == right;
    if (reading)
        reading_mark_check(reading, told, is_right, right);
    return is_right;
}

static enum claim claim_of(const struct text_protocol *text, const struct text_form *form,
                           const struct groups *found)
{
    enum claim claim = form->claim ? form->claim : CLAIM_CERTAIN;
    return claim > CLAIM_LIKELY && !is_checked(text, found, NULL) ? CLAIM_LIKELY : claim;
}

/* Does a head of three bytes or more stand there? */
static bool has_telling_head(const struct protocol *protocol, struct cursor bytes)
{
    for (const struct head *head = protocol->heads; head->bytes; head++) {
        if (head->length >= 3 && cursor_starts(bytes, head->bytes, head->length))
            return true;
    }
    return false;
}

/* Can what is there still become a message? */
static bool may_become(const struct text_protocol *text, const struct message *message)
{
    struct cursor bytes = cursor_trim_nul(message->bytes);
    if (!text->is_binary && !cursor_is_text(bytes))
        return false;
    if (text->shape.regex && pattern_may_fit(message->patterns, &text->shape, bytes, false))
        return true;
    for (const struct text_form *form = text->forms;
         form < text->forms + TEXT_FORMS_MAX && form->grammar.regex; form++) {
        if (pattern_may_fit(message->patterns, &form->grammar, bytes, true))
            return true;
    }
    return false;
}

static enum claim claim_framed_text(const struct protocol *protocol, const struct message *message,
                                    struct cursor body, bool is_endless, bool is_known)
{
    const struct text_protocol *text = protocol->text;
    struct groups found;
    const struct text_form *form = form_of(text, message, body, &found);
    if (form)
        return claim_of(text, form, &found);
    if (is_endless)
        return !message->is_guess && may_become(text, message) ? CLAIM_MORE : CLAIM_NO;
    if (text->shape.regex && pattern_match(message->patterns, &text->shape, body, NULL))
        return CLAIM_LIKELY;
    return is_known ? CLAIM_POSSIBLE : CLAIM_NO;
}

enum claim text_match(const struct protocol *protocol, const struct message *message, size_t *length)
{
    const struct text_protocol *text = protocol->text;
    enum framed framed = frame(text, message, length);
    bool is_known = !text->weak_heads && has_telling_head(protocol, message->bytes);
    if (framed == FRAMED_NO || (framed == FRAMED_MORE && message->is_guess))
        return CLAIM_NO;
    if (framed == FRAMED_MORE)
        return is_known || may_become(text, message) ? CLAIM_MORE : CLAIM_NO;
    struct cursor body = body_of(text, cursor_part(message->bytes, 0, *length));
    bool is_endless = framed == FRAMED_CUT && !message->complete;
    enum claim claim = claim_framed_text(protocol, message, body, is_endless, is_known);
    /* last, because most protocols that are asked have said no by now, and it looks at every byte */
    return claim == CLAIM_NO || text->is_binary || cursor_is_text(body) ? claim : CLAIM_NO;
}

static bool means_fix(const struct text_form *form, const struct groups *found, bool by_default)
{
    struct cursor letter = found->standard[GROUP_VALID];
    if (!letter.at || letter.left == 0)
        return found->standard[GROUP_FIX].at ? by_default : form->always_valid;
    if (!form->valid)
        return by_default;
    return letter.left == 1 && cursor_byte(letter, 0) != '\0' && strchr(form->valid, cursor_byte(letter, 0));
}

static void take_fix(const struct text_form *form, const struct groups *found, struct reading *reading)
{
    struct fix fix;
    bool has_word = (found->standard[GROUP_VALID].at && found->standard[GROUP_VALID].left > 0) ||
                    found->standard[GROUP_FIX].at;
    bool has_place = reading_fix_of(found, &fix);
    fix.valid = means_fix(form, found, fix.valid);
    fix.time -= form->zone * 60;
    if (has_place)
        reading_fix(reading, &fix);
    else if (has_word && !fix.valid)
        reading_no_fix(reading);
    if (has_word)
        reading_mark_fix(reading,
                         found->standard[GROUP_VALID].at ? found->standard[GROUP_VALID]
                                                         : found->standard[GROUP_FIX],
                         fix.valid);
}

/* Does it have its end? A table without ends leaves the framing to its protocol: then a line end shows it. */
static bool is_whole(const struct text_protocol *text, const struct message *message)
{
    size_t length;
    struct cursor bytes = message->bytes;
    return message->datagram || frame(text, message, &length) == FRAMED ||
           (bytes.left > 0 && cursor_byte(bytes, bytes.left - 1) == '\n');
}

/* What fits no form is no position for the server. Of what is cut off that cannot be told. */
static void read_shape(const struct text_protocol *text, const struct message *message, struct cursor body,
                       struct reading *reading)
{
    struct groups found;
    if (text->shape.regex && pattern_match(message->patterns, &text->shape, body, &found))
        reading_note_groups(reading, &found);
    if (is_whole(text, message))
        reading_no_location(reading);
}

void text_read(const struct protocol *protocol, const struct message *message, struct reading *reading)
{
    const struct text_protocol *text = protocol->text;
    struct groups found;
    struct cursor body = body_of(text, message->bytes);
    const struct text_form *form = form_of(text, message, body, &found);
    if (!form) {
        read_shape(text, message, body, reading);
        return;
    }
    reading->type = form->type;
    reading->proven = claim_of(text, form, &found) == CLAIM_CERTAIN;
    (void)is_checked(text, &found, reading);
    take_fix(form, &found, reading);
    reading_note_groups(reading, &found);
    if (text->refine)
        text->refine(form, &found, reading);
    reading_no_location(reading);
}

bool text_has_answers(const struct text_protocol *text)
{
    for (const struct text_form *form = text->forms;
         form < text->forms + TEXT_FORMS_MAX && form->grammar.regex; form++) {
        if (form->answer)
            return true;
    }
    return text->answer;
}

/* What a name in braces stands for. */
static void put_named(const struct groups *found, const struct asker *asker, const char *name,
                      struct buffer *reply)
{
    struct cursor part;
    if (strcmp(name, "now") == 0) {
        struct calendar now = calendar_from_unix(asker->now);
        buffer_printf(reply, "%04u%02u%02u%02u%02u%02u", now.year, now.month, now.day, now.hour, now.minute,
                      now.second);
    } else if (strcmp(name, "unix") == 0) {
        buffer_printf(reply, "%lld", (long long)asker->now);
    } else if (found && groups_named(found, name, &part)) {
        buffer_put_cursor(reply, part);
    } else if (strcmp(name, "id") == 0) {
        buffer_put_text(reply, asker->device);
    }
}

static void put_template(const char *template, const struct groups *found, const struct asker *asker,
                         struct buffer *reply)
{
    for (const char *at = template; *at; at++) {
        char name[NAME_MAX_LENGTH];
        size_t n = *at == '{' ? strcspn(at + 1, "}") : 0;
        if (*at != '{' || at[1] == '{' || at[n + 1] != '}' || n >= sizeof(name)) {
            buffer_put_u8(reply, (uint8_t)*at);
            at += at[0] == '{' && at[1] == '{';
            continue;
        }
        memcpy(name, at + 1, n);
        name[n] = '\0';
        put_named(found, asker, name, reply);
        at += n + 1;
    }
}

void text_answer(const struct protocol *protocol, const struct message *message, const struct asker *asker,
                 struct buffer *reply)
{
    const struct text_protocol *text = protocol->text;
    struct groups found;
    const struct text_form *form = form_of(text, message, body_of(text, message->bytes), &found);
    const char *template = form && form->answer ? form->answer : text->answer;
    if (template)
        put_template(template, form ? &found : NULL, asker, reply);
}
