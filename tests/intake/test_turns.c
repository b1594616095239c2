/* SPDX-License-Identifier: Apache-2.0 */
/* Turns: one step each, who is favoured first, who took much time last, and nobody waits for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "intake/turns.h"

/* One who waits: each step notes its letter, takes so many µs, and may want another or go away. */
struct one {
    struct turn turn;
    struct turns *turns;
    char letter, *log;
    int64_t takes;
    unsigned more;
    struct one *forgets;
};

static int64_t steady_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void on_step(void *context)
{
    struct one *one = context;
    int64_t end = steady_now() + one->takes;
    one->log[strlen(one->log)] = one->letter;
    while (steady_now() < end)
        continue;
    if (one->forgets)
        turns_forget(one->turns, &one->forgets->turn);
    if (one->more > 0) {
        one->more--;
        turns_want(one->turns, &one->turn);
    }
}

static struct one make(struct turns *turns, char *log, char letter)
{
    return (struct one){ .turns = turns, .letter = letter, .log = log };
}

static void want(struct one *one)
{
    one->turn.step = on_step;
    one->turn.context = one;
    turns_want(one->turns, &one->turn);
}

static void each_gets_one_step_in_turn(void **state)
{
    (void)state;
    char log[64] = "";
    struct turns *turns = turns_new();
    struct one a = make(turns, log, 'a'), b = make(turns, log, 'b'), c = make(turns, log, 'c');
    a.more = b.more = c.more = 2;
    want(&a);
    want(&b);
    want(&a); /* it waits once */
    want(&c);
    assert_true(turns_waiting(turns));
    turns_run(turns, 1000000);
    assert_string_equal(log, "abcabcabc");
    assert_false(turns_waiting(turns));
    turns_free(turns);
}

static void the_favoured_come_first_and_the_heavy_last(void **state)
{
    (void)state;
    char log[64] = "";
    struct turns *turns = turns_new();
    struct one heavy = make(turns, log, 'h'), usual = make(turns, log, 'u'), good = make(turns, log, 'g');
    heavy.takes = 6000;
    good.turn.is_favoured = heavy.turn.is_favoured = true;
    want(&heavy);
    turns_run(turns, 1000000);
    heavy.takes = 0;
    want(&heavy);
    want(&usual);
    want(&good);
    turns_run(turns, 1000000);
    assert_string_equal(log, "hguh");
    /* a door is never heavy */
    heavy.turn.is_exempt = true;
    want(&usual);
    want(&heavy);
    turns_run(turns, 1000000);
    assert_string_equal(log, "hguhhu");
    turns_free(turns);
}

/* A flood of those who come first leaves the others their part of the time, and ends in time. */
static void the_budget_is_kept_and_nobody_starves(void **state)
{
    (void)state;
    char *log = calloc(1, 1 << 16);
    assert_non_null(log);
    struct turns *turns = turns_new();
    struct one flood = make(turns, log, 'f'), usual = make(turns, log, 'u');
    flood.turn.is_favoured = true;
    flood.takes = 50;
    flood.more = 1 << 14;
    want(&flood);
    want(&usual);
    int64_t start = steady_now();
    turns_run(turns, 4000);
    assert_true(steady_now() - start < 100000); /* generous: the machine may be busy */
    assert_non_null(strchr(log, 'u'));
    assert_true(turns_waiting(turns));
    turns_free(turns);
    free(log);
}

static void who_goes_away_is_not_served(void **state)
{
    (void)state;
    char log[64] = "";
    struct turns *turns = turns_new();
    struct one a = make(turns, log, 'a'), b = make(turns, log, 'b'), self = make(turns, log, 's');
    a.forgets = &b;
    self.forgets = &self;
    want(&a);
    want(&b);
    want(&self);
    turns_run(turns, 1000000);
    assert_string_equal(log, "as");
    assert_false(turns_waiting(turns));
    turns_free(turns);
    turns_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_gets_one_step_in_turn),
        cmocka_unit_test(the_favoured_come_first_and_the_heavy_last),
        cmocka_unit_test(the_budget_is_kept_and_nobody_starves),
        cmocka_unit_test(who_goes_away_is_not_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
