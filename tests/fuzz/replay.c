/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target over files, where libFuzzer is not at hand: replay FILE-OR-DIRECTORY... A directory
 * stands for the regular files in it. It is a failure when nothing was run. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* One file, in a block of its exact size. */
static int run_file(const char *path, size_t length)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(length ? length : 1);
    int result = -1;
    if (!file || !bytes || fread(bytes, 1, length, file) != length) {
        perror(path);
    } else {
        LLVMFuzzerTestOneInput(bytes, length);
        result = 0;
    }
    free(bytes);
    if (file)
        fclose(file);
    return result;
}

static int run_directory(const char *path, unsigned *count)
{
    DIR *directory = opendir(path);
    if (!directory) {
        perror(path);
        return -1;
    }
    int result = 0;
    const struct dirent *entry;
    while (result == 0 && (entry = readdir(directory))) {
        char name[4096];
        struct stat status;
        int n = snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
        if (n < 0 || (size_t)n >= sizeof(name) || stat(name, &status) != 0) {
            fprintf(stderr, "%s/%s: cannot be read\n", path, entry->d_name);
            result = -1;
        } else if (S_ISREG(status.st_mode)) {
            result = run_file(name, (size_t)status.st_size);
            *count += result == 0;
        }
    }
    closedir(directory);
    return result;
}

int main(int argc, char **argv)
{
    unsigned count = 0;
    for (int i = 1; i < argc; i++) {
        struct stat status;
        if (stat(argv[i], &status) != 0) {
            perror(argv[i]);
            return EXIT_FAILURE;
        }
        if (S_ISDIR(status.st_mode)) {
            if (run_directory(argv[i], &count) != 0)
                return EXIT_FAILURE;
        } else {
            if (run_file(argv[i], (size_t)status.st_size) != 0)
                return EXIT_FAILURE;
            count++;
        }
    }
    if (count == 0) {
        fprintf(stderr, "%s: no input was run; give files, or directories with files\n", argv[0]);
        return EXIT_FAILURE;
    }
    printf("%u inputs were run\n", count);
    return EXIT_SUCCESS;
}
