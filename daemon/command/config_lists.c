/* SPDX-License-Identifier: Apache-2.0 */
/* The lists of hexwatch.conf: expected devices, and a router's ports. Called by config. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/config_reader.h"

#define SECOND INT64_C(1000000)

/* One of `expect`: { id = "…"; every = 300; port = 5023; }, where the id alone is needed. */
static bool read_expected(const struct config_reader *reader, const config_setting_t *group,
                          struct expected_device *expected)
{
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *member = config_setting_get_elem(group, (unsigned)i);
        const char *name = config_setting_name(member);
        int port;
        if (strcmp(name, "id") == 0) {
            if (!config_take_text(reader, member, expected->id, sizeof(expected->id)))
                return false;
        } else if (strcmp(name, "every") == 0 && config_setting_type(member) == CONFIG_TYPE_INT &&
                   config_setting_get_int(member) > 0) {
            expected->every = config_setting_get_int(member) * SECOND;
        } else if (strcmp(name, "port") == 0 && config_setting_type(member) == CONFIG_TYPE_INT &&
                   (port = config_setting_get_int(member)) > 0 && port <= UINT16_MAX) {
            expected->port = (uint16_t)port;
        } else {
            return config_fail(reader, member,
                               "a device has id (a text), every (seconds) and port, and no more");
        }
    }
    return expected->id[0] || config_fail(reader, group, "a device needs its id");
}

bool config_read_expected(const struct config_reader *reader, const config_setting_t *list)
{
    struct settings *settings = reader->settings;
    int count = config_setting_length(list);
    if (!config_setting_is_list(list) || count > EXPECTED_DEVICES)
        return config_fail(reader, list,
                           "it is a list of at most 1000: expect = ( { id = \"…\"; every = 300; } );");
    free(settings->expected);
    settings->expected = count > 0 ? calloc((size_t)count, sizeof(*settings->expected)) : NULL;
    if (count > 0 && !settings->expected)
        return config_fail(reader, list, "out of memory");
    settings->judge.expected = settings->expected;
    settings->judge.expected_count = (size_t)count;
    for (int i = 0; i < count; i++) {
        const config_setting_t *group = config_setting_get_elem(list, (unsigned)i);
        if (!config_setting_is_group(group))
            return config_fail(reader, list, "each device stands in braces: { id = \"…\"; every = 300; }");
        if (!read_expected(reader, group, &settings->expected[i]))
            return false;
    }
    return true;
}

/* A whole number of 1 to 65535. */
static bool take_port(const struct config_reader *reader, const config_setting_t *member, uint16_t *out)
{
    int port = config_setting_type(member) == CONFIG_TYPE_INT ? config_setting_get_int(member) : 0;
    if (port <= 0 || port > UINT16_MAX)
        return config_fail(reader, member, "it is a port, 1 to 65535, without quotes");
    *out = (uint16_t)port;
    return true;
}

/* One of `portmap`: { outside = 55022; inside = 5022; }. */
static bool read_mapping(const struct config_reader *reader, const config_setting_t *group,
                         struct port_mapping *mapping)
{
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *member = config_setting_get_elem(group, (unsigned)i);
        const char *name = config_setting_name(member);
        bool is_outside = strcmp(name, "outside") == 0;
        if (!is_outside && strcmp(name, "inside") != 0)
            return config_fail(reader, member, "a router's port has outside and inside, and no more");
        if (!take_port(reader, member, is_outside ? &mapping->outside : &mapping->inside))
            return false;
    }
    return (mapping->outside != 0 && mapping->inside != 0) ||
           config_fail(reader, group, "a router's port needs both outside and inside");
}

/* One port of a router leads to one place. */
static bool is_new(const struct config_reader *reader, const config_setting_t *list, size_t index)
{
    const struct port_mapping *all = reader->settings->portmap;
    char what[160];
    for (size_t i = 0; i < index; i++) {
        if (all[i].outside != all[index].outside)
            continue;
        const config_setting_t *other = config_setting_get_elem(list, (unsigned)i);
        snprintf(what, sizeof(what), "port %u stands in line %u already, and leads to %u. Take one out",
                 all[index].outside, config_setting_source_line(config_setting_get_member(other, "outside")),
                 all[i].inside);
        return config_fail(
            reader, config_setting_get_member(config_setting_get_elem(list, (unsigned)index), "outside"),
            what);
    }
    return true;
}

bool config_read_portmap(const struct config_reader *reader, const config_setting_t *list)
{
    struct settings *settings = reader->settings;
    int count = config_setting_length(list);
    if (!config_setting_is_list(list) || count > PORT_MAPPINGS)
        return config_fail(reader, list,
                           "it is a list of at most 256: portmap = ( { outside = 55022; inside = 5022; } );");
    settings->portmap_count = 0;
    for (int i = 0; i < count; i++) {
        const config_setting_t *group = config_setting_get_elem(list, (unsigned)i);
        struct port_mapping mapping = { 0 };
        if (!config_setting_is_group(group))
            return config_fail(reader, group,
                               "each port stands in braces: { outside = 55022; inside = 5022; }");
        if (!read_mapping(reader, group, &mapping))
            return false;
        settings->portmap[settings->portmap_count] = mapping;
        if (!is_new(reader, list, settings->portmap_count++))
            return false;
    }
    return true;
}
