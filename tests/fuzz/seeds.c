/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the seeds of fuzz_identify into a directory: every protocol's samples, and what is no tracker's. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "fuzz/identify_flags.h"
#include "noise/noise_probes.h"
#include "protocol/registry.h"

static bool write_seed(const char *directory, const char *name, size_t number, unsigned flags,
                       const void *bytes, size_t length)
{
    char path[4096];
    int n = snprintf(path, sizeof(path), "%s/%s-%zu", directory, name, number);
    if (n < 0 || (size_t)n >= sizeof(path)) {
        fprintf(stderr, "%s: the name of the directory is too long\n", directory);
        return false;
    }
    FILE *file = fopen(path, "wb");
    bool fine = file && fputc((int)flags, file) != EOF && fwrite(bytes, 1, length, file) == length;
    if (file && fclose(file) != 0)
        fine = false;
    if (!fine)
        perror(path);
    return fine;
}

static bool write_samples(const char *directory, const struct protocol *protocol, size_t *count)
{
    static uint8_t memory[MESSAGE_MAX];
    for (const struct sample *sample = protocol->samples; sample->text || sample->hex; sample++) {
        size_t number = (size_t)(sample - protocol->samples), length;
        unsigned flags = (unsigned)CHOICE_RIGHT << FLAG_PORT_SHIFT;
        if (sample->datagram)
            flags |= FLAG_DATAGRAM;
        if (sample->whole)
            flags |= FLAG_COMPLETE;
        if (!sample_bytes(sample, memory, sizeof(memory), &length)) {
            fprintf(stderr, "%s sample %zu: its HEX is wrong\n", protocol->name, number);
            return false;
        }
        if (!write_seed(directory, protocol->name, number, flags, memory, length))
            return false;
        (*count)++;
    }
    return true;
}

static bool write_probes(const char *directory, const struct probe *list, size_t size, const char *name,
                         size_t *count)
{
    for (size_t i = 0; i < size; i++) {
        unsigned flags =
            (unsigned)CHOICE_OF_REGISTRY << FLAG_PORT_SHIFT | (list[i].whole ? FLAG_COMPLETE : 0u);
        if (!write_seed(directory, name, i, flags, list[i].bytes, list[i].length))
            return false;
        (*count)++;
    }
    return true;
}

int main(int argc, char **argv)
{
    size_t count = 0;
    if (argc != 2) {
        fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return EXIT_FAILURE;
    }
    if (mkdir(argv[1], 0777) != 0 && errno != EEXIST) {
        perror(argv[1]);
        return EXIT_FAILURE;
    }
    for (size_t i = 0; registry[i]; i++) {
        if (!write_samples(argv[1], registry[i], &count))
            return EXIT_FAILURE;
    }
    if (!write_probes(argv[1], probes, sizeof(probes) / sizeof(probes[0]), "noise", &count) ||
        !write_probes(argv[1], misses, sizeof(misses) / sizeof(misses[0]), "near-miss", &count))
        return EXIT_FAILURE;
    printf("%zu seeds were written to %s\n", count, argv[1]);
    return EXIT_SUCCESS;
}
