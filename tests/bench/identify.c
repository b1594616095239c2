/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identify [-m TIMES] [MESSAGES.tsv]: what naming one first message costs, CPU time.
 *
 * The messages are the project's own samples, or those of a labelled file (its header names the columns protocol, transport,
 * port and hex). Each is the first of its conversation, on its own port. Then the worst datagrams of 1,500 bytes. -m registers
 * every protocol so many times, the copies under other first bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/hex.h"
#include "protocol/registry.h"
#include "verdict/conversation.h"

enum { MESSAGES_MAX = 40000, ROUNDS = 20, DATAGRAM = 1500, NAME = 24, SHOWN = 5 };

struct specimen {
    char protocol[NAME];
    struct service service;
    uint8_t *bytes;
    size_t length;
    double micros;
};

static struct specimen messages[MESSAGES_MAX];
static size_t count;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static void add(const char *protocol, bool datagram, unsigned port, const uint8_t *bytes, size_t length)
{
    if (count == MESSAGES_MAX || length == 0)
        return;
    struct specimen *one = &messages[count++];
    snprintf(one->protocol, sizeof(one->protocol), "%s", protocol);
    one->service = (struct service){ datagram ? TRANSPORT_UDP : TRANSPORT_TCP, (uint16_t)port };
    one->bytes = malloc(length);
    if (!one->bytes)
        exit(2);
    memcpy(one->bytes, bytes, length);
    one->length = length;
}

static void add_samples(void)
{
    static uint8_t bytes[MESSAGE_MAX];
    size_t length;
    for (size_t i = 0; registry[i]; i++) {
        for (const struct sample *sample = registry[i]->samples; sample->text || sample->hex; sample++) {
            if (sample_bytes(sample, bytes, sizeof(bytes), &length))
                add(registry[i]->name, sample->datagram, registry[i]->port, bytes, length);
        }
    }
}

static bool add_file(const char *path)
{
    static uint8_t bytes[MESSAGE_MAX];
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0, place[4] = { 0 };
    static const char *const names[] = { "protocol", "transport", "port", "hex" };
    if (!file)
        return false;
    for (bool is_first = true; getline(&line, &size, file) > 0; is_first = false) {
        char *column[64] = { 0 };
        size_t columns = 0, length, bad;
        line[strcspn(line, "\n")] = '\0';
        for (char *rest = line; rest && columns < 64;)
            column[columns++] = strsep(&rest, "\t");
        for (size_t i = 0; is_first && i < columns; i++) {
            for (size_t k = 0; k < 4; k++)
                place[k] = strcmp(column[i], names[k]) == 0 ? i : place[k];
        }
        if (!is_first && place[3] < columns && column[place[2]][0] != '-' &&
            hex_read(cursor_of_text(column[place[3]]), bytes, sizeof(bytes), &length, &bad))
            add(column[place[0]], column[place[1]][0] == 'u', (unsigned)atoi(column[place[2]]), bytes,
                length);
    }
    free(line);
    fclose(file);
    return true;
}

/* every protocol `times` times: the copies' heads begin with other bytes */
static const struct protocol *const *multiplied(size_t times)
{
    size_t n = registry_count();
    const struct protocol **list = calloc(n * times + 1, sizeof(*list));
    if (!list)
        exit(2);
    for (size_t i = 0; i < n * times; i++) {
        list[i] = registry[i % n];
        if (i < n)
            continue;
        size_t heads = 0;
        while (registry[i % n]->heads[heads].bytes)
            heads++;
        struct protocol *copy = malloc(sizeof(*copy));
        struct head *head = calloc(heads + 1, sizeof(*head));
        if (!copy || !head)
            exit(2);
        *copy = *registry[i % n];
        for (size_t k = 0; k < heads; k++) {
            char *bytes = malloc(copy->heads[k].length + 1);
            if (!bytes)
                exit(2);
            memcpy(bytes, copy->heads[k].bytes, copy->heads[k].length);
            bytes[0] = (char)(bytes[0] ^ (int)(0x11 * (i / n) % 256));
            head[k] = (struct head){ bytes, copy->heads[k].length };
        }
        copy->heads = head;
        list[i] = copy;
    }
    return list;
}

static double cost(struct detector *detector, const struct ports *ports, const struct service *service,
                   struct cursor bytes, unsigned rounds)
{
    static struct conversation conversation;
    static struct identity identity;
    double best = 1e12;
    /* asking the clock costs as much as a message: many between two looks, and the best of three looks */
    for (unsigned look = 0; look < 3; look++) {
        double start = now();
        for (unsigned round = 0; round < rounds; round++) {
            conversation = (struct conversation){ 0 };
            (void)conversation_take(&conversation, detector, ports, service, bytes, true, NULL, &identity);
        }
        double spent = (now() - start) / rounds;
        best = spent < best ? spent : best;
    }
    return best;
}

static int by_cost(const void *left, const void *right)
{
    double a = ((const struct specimen *)left)->micros, b = ((const struct specimen *)right)->micros;
    return a < b ? -1 : a > b;
}

/* the mean of each protocol, the slowest told */
static void tell_slowest(void)
{
    bool shown[MESSAGES_MAX] = { false };
    for (unsigned n = 0; n < SHOWN; n++) {
        double worst = -1;
        const char *name = NULL;
        for (size_t i = 0; registry[i]; i++) {
            double sum = 0;
            size_t of = 0;
            for (size_t k = 0; k < count && !shown[i]; k++) {
                if (strcmp(messages[k].protocol, registry[i]->name) == 0) {
                    sum += messages[k].micros;
                    of++;
                }
            }
            if (of > 0 && sum / (double)of > worst) {
                worst = sum / (double)of;
                name = registry[i]->name;
            }
        }
        if (!name)
            return;
        for (size_t i = 0; registry[i]; i++)
            shown[i] = shown[i] || strcmp(registry[i]->name, name) == 0;
        printf("  %-12s %8.2f us a message\n", name, worst);
    }
}

static void tell_worst(struct detector *detector, const struct ports *ports)
{
    static uint8_t bytes[DATAGRAM];
    struct service service = { TRANSPORT_UDP, 5023 };
    double worst = 0;
    char what[64] = "";
    for (unsigned byte = 0; byte < 256; byte++) {
        memset(bytes, (int)byte, sizeof(bytes));
        double spent = cost(detector, ports, &service, cursor_of(bytes, sizeof(bytes)), 3);
        if (spent > worst)
            snprintf(what, sizeof(what), "byte %02x throughout", byte);
        worst = spent > worst ? spent : worst;
    }
    for (size_t i = 0; i < count; i += 1 + count / 3000) {
        /* one message again and again, its first byte left out: rubbish that looks like many messages */
        for (size_t n = 0; n < sizeof(bytes); n++)
            bytes[n] = messages[i].bytes[(n + 1) % messages[i].length];
        double spent = cost(detector, ports, &service, cursor_of(bytes, sizeof(bytes)), 3);
        if (spent > worst)
            snprintf(what, sizeof(what), "%s again and again, cut in front", messages[i].protocol);
        worst = spent > worst ? spent : worst;
    }
    srand(1);
    for (unsigned i = 0; i < 500; i++) {
        static const char alphabet[] = "0123456789,;#$*@:()[]ABGPRMC\r\n";
        for (size_t n = 0; n < sizeof(bytes); n++)
            bytes[n] = (uint8_t)(i % 2 ? alphabet[(size_t)rand() % (sizeof(alphabet) - 1)] : rand() % 256);
        double spent = cost(detector, ports, &service, cursor_of(bytes, sizeof(bytes)), 3);
        if (spent > worst)
            snprintf(what, sizeof(what), "random %s", i % 2 ? "text" : "bytes");
        worst = spent > worst ? spent : worst;
    }
    printf("worst datagram of %d bytes: %.0f us (%s)\n", DATAGRAM, worst, what);
}

int main(int argc, char **argv)
{
    size_t times = 1;
    int option;
    while ((option = getopt(argc, argv, "m:")) == 'm')
        times = (size_t)atoi(optarg);
    if (optind < argc ? !add_file(argv[optind]) : (add_samples(), false)) {
        perror(argv[optind]);
        return 2;
    }
    struct detector *detector = detector_new(multiplied(times ? times : 1));
    struct ports *ports = ports_new(registry);
    double sum = 0;
    if (!detector || !ports || count == 0)
        return 2;
    for (size_t i = 0; i < count; i++) {
        messages[i].micros = cost(detector, ports, &messages[i].service,
                                  cursor_of(messages[i].bytes, messages[i].length), ROUNDS);
        sum += messages[i].micros;
    }
    printf("%zu messages, %zu protocols: mean %.2f us\n", count, registry_count() * (times ? times : 1),
           sum / (double)count);
    tell_slowest();
    qsort(messages, count, sizeof(*messages), by_cost);
    printf("median %.2f us, 90%% %.2f, 99%% %.2f, most %.2f (%s)\n", messages[count / 2].micros,
           messages[count * 9 / 10].micros, messages[count * 99 / 100].micros, messages[count - 1].micros,
           messages[count - 1].protocol);
    tell_worst(detector, ports);
    ports_free(ports);
    return 0;
}
