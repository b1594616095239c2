/* SPDX-License-Identifier: Apache-2.0 */
/* Dossiers: one a device, whatever connection it comes over, and a part for each matter. */
#include "support/recorder.h"
#include "verdict/dossier.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023, .transports = OVER_TCP };

static struct dossier *hear(struct dossiers *dossiers, uint64_t flow, unsigned host, const char *device)
{
    struct who who = who_at(flow, host, 5023);
    return dossiers_open(dossiers, &who, device);
}

static void one_a_device(void **state)
{
    (void)state;
    struct dossiers *dossiers = dossiers_new(10);
    assert_non_null(dossiers);
    size_t small = dossiers_reserve(dossiers, 1), large = dossiers_reserve(dossiers, 100);
    assert_null(dossiers_first(dossiers));
    struct dossier *a = hear(dossiers, 1, 7, "A"), *b = hear(dossiers, 2, 8, "B");
    assert_true(a && b && a != b);
    assert_string_equal(dossier_subject(dossiers, a)->name, "A");
    /* on its connection, on another one, and when two share one */
    assert_ptr_equal(hear(dossiers, 1, 7, "A"), a);
    assert_ptr_equal(hear(dossiers, 3, 9, "A"), a);
    assert_ptr_equal(hear(dossiers, 1, 7, "B"), b);
    assert_ptr_equal(hear(dossiers, 1, 7, "A"), a);
    /* each matter's part is its own, and was empty */
    unsigned char *first = dossier_part(a, small), *second = dossier_part(a, large), none[100] = { 0 };
    assert_memory_equal(second, none, sizeof(none));
    *first = 1;
    memset(second, 2, 100);
    assert_int_equal(*first, 1);
    assert_int_equal(*(unsigned char *)dossier_part(b, small), 0);
    dossiers_free(dossiers);
    dossiers_free(NULL);
}

static void an_address_until_the_id_is_told(void **state)
{
    (void)state;
    struct dossiers *dossiers = dossiers_new(10);
    struct who who = who_at(1, 7, 5023);
    struct dossier *nameless = hear(dossiers, 1, 7, "");
    assert_string_equal(subject_device(dossier_subject(dossiers, nameless)), "");
    assert_null(dossiers_find(dossiers, &who, "A"));
    struct dossier *a = hear(dossiers, 1, 7, "A");
    assert_ptr_not_equal(a, nameless);
    assert_ptr_equal(dossiers_find(dossiers, &who, "A"), a);
    assert_ptr_equal(hear(dossiers, 1, 7, ""), nameless);
    assert_ptr_equal(hear(dossiers, 9, 7, ""), nameless); /* the same host over another connection */
    dossiers_free(dossiers);
}

static void more_than_are_kept(void **state)
{
    (void)state;
    struct dossiers *dossiers = dossiers_new(3);
    size_t part = dossiers_reserve(dossiers, 1);
    for (unsigned i = 0; i < 10; i++) {
        const char device[] = { (char)('0' + i), '\0' };
        unsigned char *mine = dossier_part(hear(dossiers, i + 1, i, device), part);
        assert_int_equal(*mine, 0);
        *mine = 1;
    }
    assert_int_equal(dossiers_evicted(dossiers), 7);
    /* its connection goes on: what was known has gone with the rest */
    assert_int_equal(*(unsigned char *)dossier_part(hear(dossiers, 1, 0, "0"), part), 0);
    assert_int_equal(*(unsigned char *)dossier_part(hear(dossiers, 10, 9, "9"), part), 1);
    size_t count = 0;
    for (struct dossier *one = dossiers_first(dossiers); one; one = dossiers_next(dossiers, one))
        count++;
    assert_int_equal(count, 3);
    dossiers_free(dossiers);
}

static void weak_claims_open_none(void **state)
{
    (void)state;
    struct dossiers *dossiers = dossiers_new(10);
    struct fact fact;
    fact_make(&fact, who_at(1, 7, 5023), NOON, &gt06, "position", LOCATION_VALID, "A");
    fact.identity.certainty = CLAIM_POSSIBLE;
    assert_null(dossiers_of(dossiers, &fact.event));
    fact.identity.certainty = CLAIM_LIKELY;
    assert_non_null(dossiers_of(dossiers, &fact.event));
    fact.identity.candidate_count = 0;
    assert_null(dossiers_of(dossiers, &fact.event));
    dossiers_free(dossiers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_a_device),
        cmocka_unit_test(an_address_until_the_id_is_told),
        cmocka_unit_test(more_than_are_kept),
        cmocka_unit_test(weak_claims_open_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
