/* SPDX-License-Identifier: Apache-2.0 */
/* Devices and ports as tables. Called by ask with one record after the other. */
#include "command/ask_text.h"

#include <stdio.h>

#include "base/json_text.h"
#include "command/terminal.h"
#include "outlet/field.h"
#include "verdict/wording.h"

/* Begins a row, and the table with the first. */
static bool begin_row(struct ask_text *text, const char *const *titles, struct cursor record, int64_t time)
{
    enum meaning meaning = field_meaning(record, "state");
    if (!text->grid)
        text->grid = grid_new(titles, SIZE_MAX);
    if (!text->grid || !grid_row(text->grid, meaning))
        return false;
    grid_rank(text->grid, field_rank(record), time);
    text->states[meaning - MEANING_OK]++;
    return true;
}

static void put_age(struct ask_text *text, int64_t time)
{
    char memory[32];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    if (time > 0)
        wording_put_age(&out, text->now - time);
    else
        buffer_put_u8(&out, '-');
    grid_put(text->grid, "%.*s", (int)out.length, memory);
}

static void put_service(struct ask_text *text, struct cursor record)
{
    grid_put(text->grid, "%s%lld", field_is(record, "transport", "udp") ? "udp " : "",
             field_number(record, "port"));
}

static void put_or_dash(struct ask_text *text, struct cursor record, const char *path)
{
    char name[FIELD_TEXT];
    field_text(record, path, name);
    grid_put(text->grid, "%s", name[0] ? name : "-");
}

/* The elements of a list of names, parted by commas. */
static void put_list(struct ask_text *text, struct cursor record, const char *path)
{
    char memory[GRID_CELL];
    struct buffer out = buffer_on(memory, sizeof(memory) - 1);
    struct cursor list, element;
    if (json_find_list(record, path, &list)) {
        while (json_next(&list, &element)) {
            if (element.left < 2)
                continue;
            if (out.length > 0)
                buffer_put_u8(&out, ',');
            buffer_put(&out, element.at + 1, element.left - 2);
        }
    }
    grid_put(text->grid, "%.*s", (int)out.length, memory);
}

/* ---- devices ---- */

static void put_place(struct ask_text *text, struct cursor record)
{
    static const struct {
        const char *condition, *words;
    } words[] = {
        { "waiting", "waiting" }, { "no_fix", "no fix" }, { "silent", "silent" }, { "unknown", "unknown" }
    };
    double lat, lon;
    if (field_is(record, "condition", "located") && json_find_number(record, "lat", &lat) &&
        json_find_number(record, "lon", &lon)) {
        grid_put(text->grid, "%.4f %.4f", lat, lon);
        return;
    }
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (field_is(record, "condition", words[i].condition)) {
            grid_put(text->grid, "%s", words[i].words);
            return;
        }
    }
    grid_put(text->grid, "unknown");
}

bool ask_text_device(struct ask_text *text, struct cursor record)
{
    static const char *const titles[] = { "DEVICE", "PROTOCOL", "PORT",      "LOCATION",
                                          " SEEN",  " /MIN",    "NEXT STEP", NULL };
    char name[FIELD_TEXT];
    int64_t last = field_time(record, "last");
    if (!begin_row(text, titles, record, last))
        return false;
    if (field_text(record, "device", name)[0] == '\0')
        field_address(record, name, sizeof(name));
    grid_put(text->grid, "%s", name);
    put_or_dash(text, record, "protocol");
    put_service(text, record);
    put_place(text, record);
    put_age(text, last);
    grid_put(text->grid, "%lld", field_number(record, "rate"));
    grid_put(text->grid, "%s", field_text(record, "next", name));
    return true;
}

static void print_states(const struct ask_text *text, const char *what)
{
    static const struct {
        size_t index;
        const char *word;
    } order[] = { { 2, "problem" }, { 3, "unknown" }, { 1, "waiting" }, { 0, "ok" } };
    size_t count = grid_count(text->grid);
    printf("%zu %s%s:", count, what, count == 1 ? "" : "s");
    const char *comma = "";
    for (size_t i = 0; i < 4; i++) {
        if (text->states[order[i].index] == 0)
            continue;
        printf("%s %zu %s", comma, text->states[order[i].index], order[i].word);
        comma = ",";
    }
    puts("");
}

void ask_text_end_devices(struct ask_text *text)
{
    if (!text->grid) {
        puts(text->is_chosen ? "No device fits what was chosen."
                             : "No device so far. 'hexwatch status' says what arrives, and what to do.");
        return;
    }
    print_states(text, "device");
    terminal_print(text->grid, text->is_coloured);
}

/* ---- ports ---- */

bool ask_text_port(struct ask_text *text, struct cursor record)
{
    static const char *const titles[] = { "PORT",  "PROTOCOL", "HAPPENED", " MESSAGES", " DEVICES",
                                          " /MIN", " LAST",    "SPOKEN",   "FINDINGS",  NULL };
    enum transport transport = field_is(record, "transport", "udp") ? TRANSPORT_UDP : TRANSPORT_TCP;
    long long port = field_number(record, "port");
    int64_t last = field_time(record, "last");
    if (field_is(record, "happened", "listening") || (field_is(record, "happened", "nothing") && last == 0)) {
        text->is_listening = text->is_listening || field_is(record, "happened", "listening");
        portset_add(&text->quiet, transport, (uint16_t)port, (uint16_t)port);
        return true;
    }
    if (!begin_row(text, titles, record, -port))
        return false;
    char holder[FIELD_TEXT];
    field_text(record, "holder", holder);
    put_service(text, record);
    put_or_dash(text, record, "protocol");
    if (holder[0] && field_is(record, "happened", "taken"))
        grid_put(text->grid, "taken by %s", holder);
    else
        put_or_dash(text, record, "happened");
    grid_put(text->grid, "%lld", field_number(record, "messages"));
    grid_put(text->grid, "%lld", field_number(record, "devices"));
    grid_put(text->grid, "%lld", field_number(record, "rate"));
    put_age(text, last);
    put_list(text, record, "protocols");
    put_list(text, record, "findings");
    return true;
}

/* With a blank behind each comma, where the line may be broken. */
static void put_ports(struct buffer *out, const char *before, const char *list)
{
    if (list[0])
        buffer_put_text(out, before);
    for (; *list; list++) {
        buffer_put_u8(out, (uint8_t)*list);
        if (*list == ',')
            buffer_put_u8(out, ' ');
    }
}

void ask_text_end_ports(struct ask_text *text)
{
    char tcp[400], udp[400], words[1200];
    size_t quiet = portset_count(&text->quiet, TRANSPORT_TCP) + portset_count(&text->quiet, TRANSPORT_UDP);
    if (text->grid)
        terminal_print(text->grid, text->is_coloured);
    if (quiet == 0 && !text->grid)
        puts(text->is_chosen ? "No port fits what was chosen." : "No port is listened on or watched.");
    if (quiet == 0)
        return;
    portset_write(&text->quiet, TRANSPORT_TCP, tcp, sizeof(tcp));
    portset_write(&text->quiet, TRANSPORT_UDP, udp, sizeof(udp));
    int head = snprintf(words, sizeof(words), "%zu%s %s, and nothing came there:", quiet,
                        text->grid ? " more" : "", text->is_listening ? "listen" : "are watched");
    struct buffer out = buffer_on(words + head, sizeof(words) - (size_t)head - 1);
    put_ports(&out, " tcp ", tcp);
    if (tcp[0] && udp[0])
        buffer_put_u8(&out, ';');
    put_ports(&out, " udp ", udp);
    words[(size_t)head + out.length] = '\0';
    ask_text_wrapped(0, 0, "", words);
}
