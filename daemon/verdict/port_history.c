/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of Traccar's versions since 3.17. Asked by ports. */
#include "verdict/port_history.h"

#include "verdict/ports.h"

#define VERSION(major, minor) ((major)*1000u + (minor))

unsigned port_history_version(const char *text)
{
    struct cursor rest = cursor_of_text(text), major, minor;
    uint64_t numbers[2];
    if (!cursor_digits(&rest, 1, 2, &major) || !cursor_skip(&rest, 1) || rest.at[-1] != '.' ||
        !cursor_digits(&rest, 1, 3, &minor) || !cursor_number(major, &numbers[0]) ||
        !cursor_number(minor, &numbers[1]))
        return 0;
    return VERSION((unsigned)numbers[0], (unsigned)numbers[1]);
}

/* It only grew: of a version between two that are known, the later one's is the most it can have. */
static const struct {
    unsigned version;
    uint16_t last;
} steps[] = { { VERSION(3, 17), 5166 }, { VERSION(4, 15), 5238 }, { VERSION(5, 12), 5253 },
              { VERSION(6, 1), 5255 },  { VERSION(6, 7), 5257 },  { VERSION(6, 10), 5260 } };

uint16_t port_history_last(unsigned version)
{
    for (size_t i = 0; version != 0 && i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (version <= steps[i].version)
            return steps[i].last;
    }
    return PORTS_LAST;
}

/* Up to this version the port was another protocol's, or its protocol had another name. */
static const struct {
    unsigned until;
    uint16_t port;
    const char *name;
} names[] = { { VERSION(6, 12), 5015, "huabao" },
              { VERSION(6, 2), 5175, "lacak" },
              { VERSION(6, 10), 5221, "navtelecom" } };

bool port_history_name(unsigned version, uint16_t port, struct cursor *name)
{
    for (size_t i = 0; version != 0 && i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].port != port || version > names[i].until)
            continue;
        *name = cursor_of_text(names[i].name);
        return true;
    }
    return false;
}
