/* SPDX-License-Identifier: Apache-2.0 */
/* The figures: what counts where, from 0, and that nobody makes more of them. */
#include "outlet/known.h"

#include "outlet/metrics.h"

static char text[METRICS_TEXT + 1];

static struct metrics *begin(struct known *known)
{
    struct metrics *metrics = metrics_new(known->snapshot, registry);
    assert_non_null(metrics);
    publisher_add(&known->publisher, metrics_sink(metrics));
    return metrics;
}

static void end(struct known *known, struct metrics *metrics)
{
    metrics_free(metrics);
    metrics_free(NULL);
    known_free(known);
}

static void scrape(struct metrics *metrics)
{
    struct buffer out = buffer_on(text, METRICS_TEXT);
    metrics_write(metrics, &out, NOON);
    assert_false(out.full);
    text[out.length] = '\0';
}

/* Is there a line like this? */
#define TELLS(line) assert_non_null(strstr(text, "\nhexwatch_" line "\n"))

static size_t lines_with(const char *words)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, words)); at++)
        count++;
    return count;
}

static void all_from_nothing(void **state)
{
    (void)state;
    struct known *known = known_new(10);
    struct metrics *metrics = begin(known);
    scrape(metrics);
    assert_int_equal(lines_with("messages_total{protocol="), registry_count() + 2);
    TELLS("messages_total{protocol=\"gt06\"} 0");
    TELLS("messages_total{protocol=\"noise\"} 0");
    TELLS("build_info{version=\"1.2.3\"} 1");
    TELLS("last_message_timestamp_seconds 0.000000");
    TELLS("devices{state=\"located\"} 0");
    TELLS("connections_total{state=\"half-open\"} 0");
    TELLS("clients{kind=\"tail\"} 0");
    assert_int_equal(lines_with("\nhexwatch_findings{code="), FINDING_CODES);
    assert_int_equal(lines_with("\nhexwatch_findings_raised_total{code="), FINDING_CODES);
    end(known, metrics);
}

static void what_comes(void **state)
{
    (void)state;
    struct known *known = known_new(10);
    struct metrics *metrics = begin(known);
    known_message(known, 1, 5023, "gt06", LOCATION_VALID, "A", VERDICT_OK);
    known_message(known, 2, 5001, "gt06", LOCATION_NONE, "B\"\\", VERDICT_WRONG_PORT);
    known_message(known, 3, 5001, NULL, LOCATION_UNKNOWN, "", VERDICT_UNIDENTIFIED);
    known_finding(known, FINDING_WRONG_PORT, SEVERITY_PROBLEM, 2, 5001, "B", true);
    known_finding(known, FINDING_WRONG_PORT, SEVERITY_PROBLEM, 2, 5001, "B", false);
    known->lost = 3;
    metrics_set_clients(metrics, 2, 5);
    metrics_set_history(metrics, 4096);
    scrape(metrics);
    TELLS("messages_total{protocol=\"gt06\"} 2");
    TELLS("messages_total{protocol=\"unidentified\"} 1");
    TELLS("port_messages_total{transport=\"tcp\",port=\"5001\"} 2");
    TELLS("findings{code=\"wrong-port\"} 0");
    TELLS("findings_raised_total{code=\"wrong-port\"} 1");
    TELLS("lost_total{where=\"things lost\"} 3");
    TELLS("clients{kind=\"page\"} 2");
    TELLS("clients{kind=\"tail\"} 5");
    TELLS("history_bytes 4096");
    assert_null(strstr(text, "\"B"));
    end(known, metrics);
}

/* Who scans all ports makes no more than so many series. */
static void a_scan(void **state)
{
    (void)state;
    struct known *known = known_new(10);
    struct metrics *metrics = begin(known);
    for (unsigned port = 1; port <= 2 * METRICS_PORTS; port++)
        known_message(known, 1, (uint16_t)port, NULL, LOCATION_UNKNOWN, "", VERDICT_UNIDENTIFIED);
    scrape(metrics);
    assert_int_equal(lines_with("\nhexwatch_port_messages_total{"), METRICS_PORTS + 1);
    TELLS("port_messages_total{transport=\"any\",port=\"other\"} 300");
    end(known, metrics);
}

static size_t odd_losses(void *context, struct loss *losses)
{
    (void)context;
    losses[0] = (struct loss){ "packets \"dropped\"", 1, NULL };
    losses[1] = (struct loss){ "bytes never seen", 2, NULL };
    losses[2] = (struct loss){ "seconds without the interface", 3, NULL };
    losses[3] = (struct loss){ NULL, 0, NULL };
    return 3;
}

/* Bytes and seconds are not summed with packets. */
static void losses_by_unit(void **state)
{
    (void)state;
    struct known *known = known_new(10);
    struct snapshot_parts parts = *snapshot_parts(known->snapshot);
    parts.losses = odd_losses;
    struct snapshot *snapshot = snapshot_new(&parts);
    struct metrics *metrics = metrics_new(snapshot, registry);
    assert_non_null(metrics);
    scrape(metrics);
    TELLS("lost_total{where=\"packets \\\"dropped\\\"\"} 1");
    TELLS("lost_bytes_total{where=\"bytes never seen\"} 2");
    TELLS("blind_seconds_total{where=\"seconds without the interface\"} 3");
    assert_int_equal(lines_with("{where="), 3);
    metrics_free(metrics);
    snapshot_free(snapshot);
    known_free(known);
}

static void lags(void **state)
{
    (void)state;
    struct known *known = known_new(10);
    struct metrics *metrics = begin(known);
    static const int64_t micros[] = { -5, 0, 1000, 1001, 50000, 2000000 };
    for (size_t i = 0; i < sizeof(micros) / sizeof(micros[0]); i++)
        metrics_note_lag(metrics, micros[i]);
    scrape(metrics);
    TELLS("loop_lag_seconds_bucket{le=\"0.001\"} 3");
    TELLS("loop_lag_seconds_bucket{le=\"0.005\"} 4");
    TELLS("loop_lag_seconds_bucket{le=\"0.1\"} 5");
    TELLS("loop_lag_seconds_bucket{le=\"1\"} 5");
    TELLS("loop_lag_seconds_bucket{le=\"+Inf\"} 6");
    TELLS("loop_lag_seconds_count 6");
    TELLS("loop_lag_seconds_sum 2.052001");
    end(known, metrics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_from_nothing), cmocka_unit_test(what_comes), cmocka_unit_test(a_scan),
        cmocka_unit_test(losses_by_unit),   cmocka_unit_test(lags),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
