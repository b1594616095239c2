/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text patterns: Perl-compatible regular expressions (PCRE2, JIT where the machine allows it, match limits).
 *
 * A pattern is a constant in the file that uses it. It is compiled at its first use and kept in a `patterns` store, which
 * the caller of a protocol owns and hands over inside the message. Patterns are anchored at the start of the subject;
 * '.' matches every byte; only named groups capture. `#` and blanks are literal.
 *
 * Group names with a meaning (base/reading.h puts them into a reading):
 *   id                      the unique id
 *   valid                   a letter: A (or 1) valid, anything else invalid
 *   fix                     a digit: 0 no fix, anything else a fix
 *   lat ns lon ew           coordinates as ddmm.mmmm (a sign may stand before them) with a hemisphere letter
 *   latp lonp               the same with the point left out: ddmm and dddmm, then decimals of the minute (a point is fine)
 *   latd lond               coordinates in decimal degrees (ns and ew may stand beside them)
 *   dmy                     date ddmmyy or ddmmyyyy          ymd     yymmdd or yyyymmdd
 *   hms                     time of day hhmmss or hhmm, a fraction is ignored
 *   ymdhms dmyhms           date and time in one field of 10, 12 or 14 digits
 *   unix                    Unix seconds (milliseconds when over 10^11)
 *   type                    the message's own word for its type; not put into the reading
 *   covered check           what a check value covers, and the check value in HEX digits (protocol/text_protocol.h)
 * Separators inside date and time groups ('-', ':', '/', ',', '.', 'T', blanks) are skipped. Any other name is the protocol's own.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/cursor.h"

struct pattern {
    const char *regex;
};

enum group {
    GROUP_ID,
    GROUP_VALID,
    GROUP_FIX,
    GROUP_LAT,
    GROUP_NS,
    GROUP_LON,
    GROUP_EW,
    GROUP_LATP,
    GROUP_LONP,
    GROUP_LATD,
    GROUP_LOND,
    GROUP_DMY,
    GROUP_YMD,
    GROUP_HMS,
    GROUP_YMDHMS,
    GROUP_DMYHMS,
    GROUP_UNIX,
    GROUP_TYPE,
    GROUP_COVERED,
    GROUP_CHECK,
    GROUP_COUNT
};

/* The name a group has in patterns. */
const char *group_name(enum group group);

/* What a pattern found. Cursors borrow from the subject; at NULL: the group took no part. */
struct groups {
    struct cursor whole; /* what the whole pattern matched */
    struct cursor standard[GROUP_COUNT];
    const void *code;      /* for groups_named */
    const size_t *offsets; /* borrowed from the store, until its next match */
    struct cursor subject;
};

struct patterns;

/* A new, empty store; NULL when memory is out. patterns_free takes NULL. */
struct patterns *patterns_new(void);
void patterns_free(struct patterns *store);

/* Does the pattern match at the start of the subject? Fills found (may be NULL). A pattern that does not compile
 * never matches; patterns_fault tells of it, and the tests compile all. */
MUST_CHECK bool pattern_match(struct patterns *store, const struct pattern *pattern, struct cursor subject,
                              struct groups *found);

/* Does the pattern match the whole subject? A pattern is used either this way or the other, never both. */
MUST_CHECK bool pattern_fits(struct patterns *store, const struct pattern *pattern, struct cursor subject,
                             struct groups *found);

/* Could the subject, with more bytes behind it, still match? `whole`: by pattern_fits, else by pattern_match. */
MUST_CHECK bool pattern_may_fit(struct patterns *store, const struct pattern *pattern, struct cursor subject,
                                bool whole);

/* A group of the protocol's own by its name; false when it took no part. Valid until the store's next match. */
MUST_CHECK bool groups_named(const struct groups *found, const char *name, struct cursor *out);

/* The first pattern that did not compile and why, or NULL. */
const char *patterns_fault(const struct patterns *store);

#endif
