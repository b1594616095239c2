/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes the reading of the configuration file: it is refused with a reason, or what it sets is within the
 * limits. Inputs with @include are left out: they would read other files of this machine. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "command/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);
const char *__lsan_default_suppressions(void);

/* libconfig forgets the piece of a string or name that it was reading when it meets a syntax error. */
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig.so";
}

enum { MINUTE = 60 * 1000000 };

static void check(bool fine)
{
    if (!fine)
        abort();
}

/* The limits that hexwatch.conf gives. */
static void check_limits(const struct settings *settings)
{
    check(settings->listen.connections <= 1000000);
    check(settings->listen.idle >= 10 && settings->listen.idle <= 86400);
    check(settings->hexlog.size >= 4096 && settings->hexlog.size <= UINT64_C(1) << 40);
    check(settings->hexlog.keep <= 99);
    check(settings->judge.fix_wait >= MINUTE && settings->judge.fix_wait <= 1440 * (int64_t)MINUTE);
    check(settings->judge.silent_wait >= 5000000 && settings->judge.silent_wait <= 86400 * INT64_C(1000000));
    check(settings->peers >= 16 && settings->peers <= 1000000);
    check(settings->judge.devices >= 16 && settings->judge.devices <= 1000000);
    check(settings->session.message_wait >= 1000000 &&
          settings->session.message_wait <= 600 * INT64_C(1000000));
    check(settings->output == OUTPUT_LINES || settings->output == OUTPUT_SUMMARY);
    check(memchr(settings->user, 0, sizeof(settings->user)));
    check(memchr(settings->listen.address, 0, sizeof(settings->listen.address)));
    check(memchr(settings->sniff.interface, 0, sizeof(settings->sniff.interface)));
    check(memchr(settings->hexlog.folder, 0, sizeof(settings->hexlog.folder)));
    check(!portset_has(&settings->listen.ports, TRANSPORT_TCP, 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    size_t at;
    char path[64], error[300] = "";
    struct settings settings;
    if (cursor_find_text(cursor_of(bytes, length), "@include", &at))
        return 0;
    int file = memfd_create("configuration", MFD_CLOEXEC);
    check(file >= 0 && write(file, bytes, length) == (ssize_t)length);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    settings_init(&settings);
    if (!settings_read_file(path, &settings, error, sizeof(error)))
        check(strncmp(error, path, strlen(path)) == 0 && strlen(error) > strlen(path) + 2);
    check_limits(&settings);
    settings_free(&settings);
    close(file);
    return 0;
}
