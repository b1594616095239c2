/* SPDX-License-Identifier: Apache-2.0 */
/* Text patterns on PCRE2: a store of patterns compiled at their first use. Used by the text protocols. */
#include "base/text.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    MATCH_LIMIT = 20000, /* a message is at most 64 KiB; honest ones need some hundred steps */
    SAME_NAME = 4,       /* one group name may stand in so many alternatives */
    PAIRS = 40,          /* named groups one pattern may have */
    FIRST_SLOTS = 256
};

struct compiled {
    const struct pattern *pattern; /* the key: NULL is a free slot */
    pcre2_code *code;              /* NULL: did not compile */
    bool is_jit;                   /* compiled to machine code */
    uint8_t numbers[GROUP_COUNT][SAME_NAME];
};

struct patterns {
    struct compiled *slots; /* open addressing, a power of two, at most half full */
    size_t size, used;
    pcre2_match_data *data;
    pcre2_match_context *context;
    char fault[160];
};

static const char *const names[GROUP_COUNT] = { "id",     "valid",  "fix",  "lat",  "ns",      "lon",  "ew",
                                                "latp",   "lonp",   "latd", "lond", "dmy",     "ymd",  "hms",
                                                "ymdhms", "dmyhms", "unix", "type", "covered", "check" };

const char *group_name(enum group group)
{
    return names[group];
}

struct patterns *patterns_new(void)
{
    struct patterns *store = calloc(1, sizeof(*store));
    if (!store)
        return NULL;
    store->size = FIRST_SLOTS;
    store->slots = calloc(store->size, sizeof(*store->slots));
    store->data = pcre2_match_data_create(PAIRS + 1, NULL);
    store->context = pcre2_match_context_create(NULL);
    if (!store->slots || !store->data || !store->context) {
        patterns_free(store);
        return NULL;
    }
    pcre2_set_match_limit(store->context, MATCH_LIMIT);
    return store;
}

void patterns_free(struct patterns *store)
{
    if (!store)
        return;
    for (size_t i = 0; store->slots && i < store->size; i++)
        pcre2_code_free(store->slots[i].code);
    free(store->slots);
    pcre2_match_data_free(store->data);
    pcre2_match_context_free(store->context);
    free(store);
}

const char *patterns_fault(const struct patterns *store)
{
    return store->fault[0] ? store->fault : NULL;
}

/* False when one name stands in more places than can be kept. */
static bool note_names(struct compiled *slot)
{
    uint32_t count = 0, entry_size = 0;
    PCRE2_SPTR table = NULL;
    pcre2_pattern_info(slot->code, PCRE2_INFO_NAMECOUNT, &count);
    pcre2_pattern_info(slot->code, PCRE2_INFO_NAMEENTRYSIZE, &entry_size);
    pcre2_pattern_info(slot->code, PCRE2_INFO_NAMETABLE, &table);
    for (uint32_t i = 0; i < count; i++) {
        PCRE2_SPTR entry = table + (size_t)i * entry_size;
        for (size_t group = 0; group < GROUP_COUNT; group++) {
            if (strcmp((const char *)entry + 2, names[group]) != 0)
                continue;
            size_t place = 0;
            while (place < SAME_NAME && slot->numbers[group][place] != 0)
                place++;
            if (place == SAME_NAME)
                return false;
            slot->numbers[group][place] = entry[1];
        }
    }
    return true;
}

static void compile(struct patterns *store, struct compiled *slot, bool whole)
{
    int error;
    PCRE2_SIZE offset;
    /* written out: an option for it would forbid partial matches */
    size_t size = strlen(slot->pattern->regex) + sizeof("(?:)\\z");
    char *text = whole ? malloc(size) : NULL;
    if (whole && !text)
        return;
    if (text)
        snprintf(text, size, "(?:%s)\\z", slot->pattern->regex);
    uint32_t options = PCRE2_ANCHORED | PCRE2_DOTALL | PCRE2_DUPNAMES | PCRE2_NO_AUTO_CAPTURE |
                       PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_UTF;
    slot->code = pcre2_compile((PCRE2_SPTR)(whole ? text : slot->pattern->regex), PCRE2_ZERO_TERMINATED,
                               options, &error, &offset, NULL);
    free(text);
    if (!slot->code) {
        char reason[80] = "";
        pcre2_get_error_message(error, (PCRE2_UCHAR *)reason, sizeof(reason));
        if (!store->fault[0])
            snprintf(store->fault, sizeof(store->fault), "%s at offset %zu of %.40s", reason, offset,
                     slot->pattern->regex);
        return;
    }
    uint32_t pairs = 0;
    pcre2_pattern_info(slot->code, PCRE2_INFO_CAPTURECOUNT, &pairs);
    if (pairs > PAIRS || !note_names(slot)) {
        if (!store->fault[0])
            snprintf(store->fault, sizeof(store->fault),
                     "more than %d named groups, or %d of the same name, in %.40s", PAIRS, SAME_NAME,
                     slot->pattern->regex);
        pcre2_code_free(slot->code);
        slot->code = NULL;
        return;
    }
    /* where no executable memory is allowed this fails, and the interpreter does the same work slower */
    slot->is_jit = pcre2_jit_compile(slot->code, PCRE2_JIT_COMPLETE) == 0;
}

static size_t slot_of(const struct pattern *pattern, size_t size)
{
    return (size_t)((uintptr_t)pattern / sizeof(*pattern) * 0x9e3779b97f4a7c15u >> 20) & (size - 1);
}

static bool grow(struct patterns *store)
{
    size_t size = store->size * 2;
    struct compiled *slots = calloc(size, sizeof(*slots));
    if (!slots)
        return false;
    for (size_t i = 0; i < store->size; i++) {
        if (!store->slots[i].pattern)
            continue;
        size_t at = slot_of(store->slots[i].pattern, size);
        while (slots[at].pattern)
            at = (at + 1) & (size - 1);
        slots[at] = store->slots[i];
    }
    free(store->slots);
    store->slots = slots;
    store->size = size;
    return true;
}

static const struct compiled *find(struct patterns *store, const struct pattern *pattern, bool whole)
{
    size_t at = slot_of(pattern, store->size);
    while (store->slots[at].pattern) {
        if (store->slots[at].pattern == pattern)
            return &store->slots[at];
        at = (at + 1) & (store->size - 1);
    }
    if (store->used + 1 > store->size / 2) {
        if (!grow(store))
            return NULL;
        return find(store, pattern, whole);
    }
    store->used++;
    store->slots[at].pattern = pattern;
    compile(store, &store->slots[at], whole);
    return &store->slots[at];
}

static struct cursor captured(struct cursor subject, const PCRE2_SIZE *offsets, unsigned number)
{
    PCRE2_SIZE start = offsets[2 * number], end = offsets[2 * number + 1];
    if (start == PCRE2_UNSET || end < start || end > subject.left)
        return (struct cursor){ 0 };
    return cursor_of(subject.at + start, end - start);
}

static bool match(struct patterns *store, const struct pattern *pattern, bool whole, struct cursor subject,
                  struct groups *found)
{
    const struct compiled *slot = find(store, pattern, whole);
    if (!slot || !slot->code)
        return false;
    const uint8_t *at = subject.at ? subject.at : (const uint8_t *)"";
    /* the same without the checks of what is known here to be right */
    int pairs = slot->is_jit
                    ? pcre2_jit_match(slot->code, at, subject.left, 0, 0, store->data, store->context)
                    : pcre2_match(slot->code, at, subject.left, 0, 0, store->data, store->context);
    if (pairs < 0)
        return false;
    if (!found)
        return true;
    const PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(store->data);
    *found = (struct groups){ .code = slot->code, .offsets = offsets, .subject = subject };
    found->whole = captured(subject, offsets, 0);
    for (size_t group = 0; group < GROUP_COUNT; group++) {
        for (size_t place = 0; place < SAME_NAME && slot->numbers[group][place] != 0; place++) {
            struct cursor part = captured(subject, offsets, slot->numbers[group][place]);
            if (part.at) {
                found->standard[group] = part;
                break;
            }
        }
    }
    return true;
}

bool pattern_match(struct patterns *store, const struct pattern *pattern, struct cursor subject,
                   struct groups *found)
{
    return match(store, pattern, false, subject, found);
}

bool pattern_fits(struct patterns *store, const struct pattern *pattern, struct cursor subject,
                  struct groups *found)
{
    return match(store, pattern, true, subject, found);
}

bool pattern_may_fit(struct patterns *store, const struct pattern *pattern, struct cursor subject, bool whole)
{
    const struct compiled *slot = find(store, pattern, whole);
    if (!slot || !slot->code)
        return false;
    const uint8_t *at = subject.at ? subject.at : (const uint8_t *)"";
    int pairs = pcre2_match(slot->code, at, subject.left, 0, PCRE2_PARTIAL_SOFT, store->data, store->context);
    return pairs >= 0 || pairs == PCRE2_ERROR_PARTIAL;
}

bool groups_named(const struct groups *found, const char *name, struct cursor *out)
{
    PCRE2_SPTR first, last;
    int entry_size = pcre2_substring_nametable_scan(found->code, (PCRE2_SPTR)name, &first, &last);
    if (entry_size <= 0)
        return false;
    for (PCRE2_SPTR entry = first; entry <= last; entry += entry_size) {
        struct cursor part = captured(found->subject, found->offsets, entry[1]);
        if (part.at) {
            *out = part;
            return true;
        }
    }
    return false;
}
