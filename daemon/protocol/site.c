/* SPDX-License-Identifier: Apache-2.0 */
/* A site's own protocols: checks and keeps them beside the registry's. */
#include "protocol/site.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "protocol/registry.h"

enum { OWN_MAX = 64, HEADS_MAX = 32, NAME_MAX_LENGTH = 32 };

/* A text that a protocol borrows. */
struct copy {
    struct copy *next;
    char text[];
};

/* All memory of one protocol. */
struct own {
    struct protocol protocol;
    struct text_protocol text;
    struct protocol_clone clone;
    struct head heads[HEADS_MAX + 1];
    struct copy *copies;
};

struct site {
    struct own *own[OWN_MAX];
    size_t count;
    const struct protocol **list; /* the registry's, then own */
};

static const struct sample no_samples[] = { { 0 } };

struct site *site_new(void)
{
    struct site *site = calloc(1, sizeof(*site));
    if (!site)
        return NULL;
    site->list = calloc(registry_count() + OWN_MAX + 1, sizeof(struct protocol *));
    if (!site->list) {
        free(site);
        return NULL;
    }
    memcpy(site->list, registry, registry_count() * sizeof(site->list[0]));
    return site;
}

static void own_free(struct own *own)
{
    if (!own)
        return;
    for (struct copy *copy = own->copies, *next; copy; copy = next) {
        next = copy->next;
        free(copy);
    }
    free(own);
}

void site_free(struct site *site)
{
    if (!site)
        return;
    for (size_t i = 0; i < site->count; i++)
        own_free(site->own[i]);
    free(site->list);
    free(site);
}

const struct protocol *const *site_protocols(const struct site *site)
{
    return site->list;
}

/* A copy that lives as long as the protocol; NULL for NULL, and when memory is out. */
static const char *copied(struct own *own, const char *bytes, size_t length)
{
    if (!bytes)
        return NULL;
    struct copy *copy = malloc(sizeof(*copy) + length + 1);
    if (!copy)
        return NULL;
    copy->next = own->copies;
    own->copies = copy;
    memcpy(copy->text, bytes, length);
    copy->text[length] = '\0';
    return copy->text;
}

static const char *copied_text(struct own *own, const char *text)
{
    return text ? copied(own, text, strlen(text)) : NULL;
}

static bool fail(char *error, size_t size, const char *what)
{
    snprintf(error, size, "%s", what);
    return false;
}

static const struct protocol *find(const struct site *site, const char *name)
{
    for (size_t i = 0; site->list[i]; i++) {
        if (strcmp(site->list[i]->name, name) == 0)
            return site->list[i];
    }
    return registry_find(name);
}

static bool check_name(const struct site *site, const struct site_stanza *stanza, char *error, size_t size)
{
    if (!stanza->name || !stanza->name[0] || strlen(stanza->name) > NAME_MAX_LENGTH)
        return fail(error, size, "name: give one of 1 to 32 characters");
    for (const char *at = stanza->name; *at; at++) {
        if (!islower((unsigned char)*at) && !isdigit((unsigned char)*at))
            return fail(error, size, "name: only lower-case letters and digits");
    }
    if (find(site, stanza->name))
        return fail(error, size, "name: there is a protocol of this name. Choose another");
    if (stanza->port == 0)
        return fail(error, size, "port: give the port that the server listens on for it");
    if (!stanza->heads || !stanza->heads[0].bytes)
        return fail(error, size, "heads: give at least one text that its messages begin with");
    return true;
}

static bool take_heads(struct own *own, const struct site_stanza *stanza, char *error, size_t size)
{
    size_t n = 0;
    for (; stanza->heads[n].bytes; n++) {
        if (n == HEADS_MAX)
            return fail(error, size, "heads: at most 32");
        if (stanza->heads[n].length == 0)
            return fail(error, size, "heads: an empty one would fit everything. Give the first bytes");
        own->heads[n] = (struct head){ copied(own, stanza->heads[n].bytes, stanza->heads[n].length),
                                       stanza->heads[n].length };
        if (!own->heads[n].bytes)
            return fail(error, size, "out of memory");
    }
    own->protocol.heads = own->heads;
    return true;
}

static bool take_clone(const struct site *site, struct own *own, const struct site_stanza *stanza,
                       char *error, size_t size)
{
    const struct protocol *base = find(site, stanza->base);
    if (!base)
        return fail(error, size, "base: there is no such protocol. 'hexwatch protocols' lists them");
    if (base->clone)
        return fail(error, size, "base: it is itself a clone. Name the protocol that it clones");
    if (own->heads[1].bytes)
        return fail(error, size, "heads: a clone has one. Write a stanza for each");
    if (!base->heads[0].bytes || base->heads[0].length == 0)
        return fail(error, size, "base: its messages have no fixed first bytes that could be others");
    own->clone = (struct protocol_clone){ base, own->heads[0], base->heads[0] };
    own->protocol.clone = &own->clone;
    return true;
}

/* Every pattern must compile. */
static bool check_patterns(const struct text_protocol *text, char *error, size_t size)
{
    struct patterns *store = patterns_new();
    if (!store)
        return fail(error, size, "out of memory");
    if (text->shape.regex)
        (void)!pattern_match(store, &text->shape, cursor_of("", 0), NULL);
    for (size_t i = 0; i < TEXT_FORMS_MAX && text->forms[i].grammar.regex; i++)
        (void)!pattern_fits(store, &text->forms[i].grammar, cursor_of("", 0), NULL);
    const char *fault = patterns_fault(store);
    if (fault)
        snprintf(error, size, "grammar: %s. See pcre2pattern(3)", fault);
    patterns_free(store);
    return !fault;
}

static bool take_text(struct own *own, const struct site_stanza *stanza, char *error, size_t size)
{
    struct text_protocol *text = &own->text;
    *text = stanza->text;
    if (text->longest > MESSAGE_MAX)
        return fail(error, size, "longest: at most 65536 bytes");
    if (!text->forms[0].grammar.regex)
        return fail(error, size, "forms: give at least one with a grammar");
    text->ends = copied_text(own, text->ends);
    text->end = copied_text(own, text->end);
    text->answer = copied_text(own, text->answer);
    text->shape.regex = copied_text(own, text->shape.regex);
    for (size_t i = 0; i < TEXT_FORMS_MAX && text->forms[i].grammar.regex; i++) {
        struct text_form *form = &text->forms[i];
        form->type = copied_text(own, form->type ? form->type : "position");
        form->grammar.regex = copied_text(own, form->grammar.regex);
        form->valid = copied_text(own, form->valid);
        form->answer = copied_text(own, form->answer);
        if (!form->type || !form->grammar.regex)
            return fail(error, size, "out of memory");
    }
    own->protocol.text = text;
    return check_patterns(text, error, size);
}

/* A stanza that does not even claim its own example helps nobody. */
static bool check_example(const struct own *own, const char *example, char *error, size_t size)
{
    if (!example)
        return true;
    struct patterns *store = patterns_new();
    if (!store)
        return fail(error, size, "out of memory");
    struct message message = { .bytes = cursor_of_text(example), .complete = true, .patterns = store };
    size_t length = 0;
    bool is_claimed = protocol_head(&own->protocol, &message) == CLAIM_POSSIBLE &&
                      protocol_match(&own->protocol, &message, &length) >= CLAIM_LIKELY;
    patterns_free(store);
    return is_claimed || fail(error, size, "example: neither shape nor a form fits it. Compare them with it");
}

bool site_add(struct site *site, const struct site_stanza *stanza, char *error, size_t size)
{
    if (!check_name(site, stanza, error, size))
        return false;
    if (site->count == OWN_MAX)
        return fail(error, size, "at most 64 protocols can be added");
    struct own *own = calloc(1, sizeof(*own));
    if (!own)
        return fail(error, size, "out of memory");
    own->protocol = (struct protocol){ .name = copied_text(own, stanza->name),
                                       .port = stanza->port,
                                       .transports = stanza->transports ? stanza->transports : OVER_TCP,
                                       .samples = no_samples };
    bool is_fine =
        own->protocol.name && take_heads(own, stanza, error, size) &&
        (stanza->base ? take_clone(site, own, stanza, error, size) : take_text(own, stanza, error, size)) &&
        check_example(own, stanza->example, error, size);
    if (!is_fine) {
        own_free(own);
        return false;
    }
    site->own[site->count] = own;
    site->list[registry_count() + site->count++] = &own->protocol;
    return true;
}

/* The message as the base protocol would send it. */
static bool as_base(const struct protocol_clone *clone, const struct message *message,
                    uint8_t memory[static CLONE_MAX], struct message *out)
{
    struct cursor rest = message->bytes;
    *out = *message;
    if (!cursor_skip(&rest, clone->head.length))
        return false;
    size_t room = CLONE_MAX - clone->base_head.length, n = rest.left < room ? rest.left : room;
    memcpy(memory, clone->base_head.bytes, clone->base_head.length);
    if (n > 0)
        memcpy(memory + clone->base_head.length, rest.at, n);
    out->bytes = cursor_of(memory, clone->base_head.length + n);
    return true;
}

enum claim clone_match(const struct protocol *protocol, const struct message *message, size_t *length)
{
    const struct protocol_clone *clone = protocol->clone;
    uint8_t memory[CLONE_MAX];
    struct message base;
    if (!as_base(clone, message, memory, &base))
        return CLAIM_NO;
    enum claim claim = protocol_match(clone->base, &base, length);
    if (claim < CLAIM_POSSIBLE)
        return claim == CLAIM_MORE && base.bytes.left == CLONE_MAX ? CLAIM_NO : claim;
    if (*length <= clone->base_head.length)
        return CLAIM_NO;
    *length = *length - clone->base_head.length + clone->head.length;
    return claim;
}

void clone_read(const struct protocol *protocol, const struct message *message, struct reading *reading)
{
    uint8_t memory[CLONE_MAX];
    struct message base;
    struct marks *marks = reading->marks;
    if (!as_base(protocol->clone, message, memory, &base))
        return;
    reading_start(reading, base.bytes, marks);
    protocol_read(protocol->clone->base, &base, reading);
    /* what was marked stands so much earlier or later in the message itself; what lies inside the head is not there */
    size_t head = protocol->clone->head.length, base_head = protocol->clone->base_head.length, kept = 0;
    for (size_t i = 0; marks && i < marks->count; i++) {
        struct mark mark = marks->list[i];
        if (mark.offset < base_head)
            continue;
        mark.offset = mark.offset - base_head + head;
        marks->list[kept++] = mark;
    }
    if (marks)
        marks->count = kept;
    reading->message = message->bytes;
    reading->raw = reading->copy = (struct cursor){ 0 };
}

void clone_answer(const struct protocol *protocol, const struct message *message, const struct asker *asker,
                  struct buffer *reply)
{
    uint8_t memory[CLONE_MAX];
    struct message base;
    if (as_base(protocol->clone, message, memory, &base))
        protocol_answer(protocol->clone->base, &base, asker, reply);
}
