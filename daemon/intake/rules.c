/* SPDX-License-Identifier: Apache-2.0 */
/* Asks nft and iptables-save for their rules. Called by live, before root is left, and by doctor. */
#include "intake/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "intake/child.h"
#include "intake/iptables.h"
#include "intake/nftables.h"

enum { PATIENCE = 700 /* ms, for nft, and as much for all the others */ };

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* What iptables-save told, so that nftables' view of the same tables is not counted twice. */
struct told {
    char *text[2]; /* owned: of iptables and of ip6tables; NULL: nothing */
    size_t length[2];
    bool is_any; /* some iptables told something */
};

static bool is_told(const void *context, const char *family, const char *table)
{
    const struct told *told = context;
    int which = strcmp(family, "ip6") == 0;
    char head[FIREWALL_NAME + 3], doubt[FIREWALL_NAME + 64];
    size_t at;
    if ((!which && strcmp(family, "ip") != 0) || !told->text[which])
        return false;
    struct cursor text = cursor_of(told->text[which], told->length[which]);
    /* chains that nft has added to a table of this name iptables cannot show, and says so */
    snprintf(doubt, sizeof(doubt), "# Table `%s' contains incompatible base-chains", table);
    snprintf(head, sizeof(head), "*%s\n", table);
    return cursor_find_text(text, head, &at) && !cursor_find_text(text, doubt, &at);
}

/* The older iptables keeps its rules beside nftables, where they are if this file says so; asking it would load it. */
static bool has_legacy(const char *path)
{
    char line[64];
    FILE *file = fopen(path, "re");
    bool is_there = file && fgets(line, sizeof(line), file);
    if (file)
        fclose(file);
    return is_there;
}

/* One of the programs that show iptables' rules. *left: ms that they may take together. */
static enum child_result add_saved(struct firewall *firewall, const char *const *paths,
                                   enum firewall_kind kind, int *left, char **text, size_t *length)
{
    const char *const arguments[] = { paths[0], NULL };
    int64_t before = now_ms();
    enum child_result result = child_run(paths, arguments, *left, text, length);
    int64_t took = now_ms() - before;
    *left = took < *left ? *left - (int)took : 1;
    if (result == CHILD_DONE && !iptables_parse(cursor_of(*text, *length), kind, firewall))
        result = CHILD_FAILED;
    return result;
}

/* False: there are such rules, and they are not known. */
static bool read_legacy(struct firewall *firewall, struct told *told, int *left)
{
    static const struct {
        const char *names;
        const char *const paths[3];
        enum firewall_kind kind;
    } kinds[] = { { "/proc/net/ip_tables_names",
                    { "/usr/sbin/iptables-legacy-save", "/sbin/iptables-legacy-save", NULL },
                    FIREWALL_IPTABLES_LEGACY },
                  { "/proc/net/ip6_tables_names",
                    { "/usr/sbin/ip6tables-legacy-save", "/sbin/ip6tables-legacy-save", NULL },
                    FIREWALL_IP6TABLES_LEGACY } };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        char *text = NULL;
        size_t length;
        if (!has_legacy(kinds[i].names))
            continue;
        enum child_result result = add_saved(firewall, kinds[i].paths, kinds[i].kind, left, &text, &length);
        free(text);
        if (result != CHILD_DONE)
            return false;
        told->is_any = true;
    }
    return true;
}

/* What these cannot tell, nft tells as well. */
static void read_saved(struct firewall *firewall, struct told *told, int *left)
{
    static const char *const v4[] = { "/usr/sbin/iptables-nft-save", "/sbin/iptables-nft-save", NULL };
    static const char *const v6[] = { "/usr/sbin/ip6tables-nft-save", "/sbin/ip6tables-nft-save", NULL };
    bool is_v4 =
        add_saved(firewall, v4, FIREWALL_IPTABLES, left, &told->text[0], &told->length[0]) == CHILD_DONE;
    bool is_v6 =
        add_saved(firewall, v6, FIREWALL_IP6TABLES, left, &told->text[1], &told->length[1]) == CHILD_DONE;
    told->is_any = told->is_any || is_v4 || is_v6;
}

static const char *read_nft(struct firewall *firewall, const struct told *told)
{
    static const char *const paths[] = { "/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft", NULL };
    static const char *const arguments[] = { "nft", "-a", "list", "ruleset", NULL };
    static const char *const terse[] = { "nft", "-a", "-t", "list", "ruleset", NULL };
    char *text;
    size_t length;
    enum child_result result = child_run(paths, arguments, PATIENCE, &text, &length);
    bool is_terse = result == CHILD_LATE;
    if (is_terse) /* there is much: without what is in sets, which then is not known */
        result = child_run(paths, terse, PATIENCE / 2, &text, &length);
    if (result == CHILD_MISSING)
        /* where nft is not installed, iptables may be all there is */
        return told->is_any ? NULL : "neither nft nor iptables is installed to show them";
    if (result == CHILD_LATE)
        return "nft did not show them in time";
    if (result != CHILD_DONE)
        return "nft does not show them";
    bool is_fine = nftables_parse(cursor_of(text, length), is_terse, firewall, is_told, told);
    free(text);
    return is_fine ? NULL : "memory is out";
}

struct firewall *rules_read(const char **why)
{
    struct told told = { .text = { NULL, NULL } };
    *why = "only root can read them";
    if (geteuid() != 0)
        return NULL;
    struct firewall *firewall = firewall_new();
    int left = PATIENCE;
    *why = "memory is out";
    if (firewall && !read_legacy(firewall, &told, &left)) {
        *why = "iptables-legacy-save does not show those of the older iptables";
    } else if (firewall) {
        read_saved(firewall, &told, &left);
        *why = read_nft(firewall, &told);
    }
    free(told.text[0]);
    free(told.text[1]);
    if (!*why)
        return firewall;
    firewall_free(firewall);
    return NULL;
}

static bool has_line(const char *path, const char *wanted)
{
    char line[128];
    bool is_there = false;
    FILE *file = fopen(path, "re");
    while (file && !is_there && fgets(line, sizeof(line), file))
        is_there = strncasecmp(line, wanted, strlen(wanted)) == 0;
    if (file)
        fclose(file);
    return is_there;
}

enum firewall_manager rules_manager(void)
{
    if (access("/run/firewalld", F_OK) == 0)
        return FIREWALL_BY_FIREWALLD;
    return has_line("/etc/ufw/ufw.conf", "ENABLED=yes") ? FIREWALL_BY_UFW : FIREWALL_BY_HAND;
}
