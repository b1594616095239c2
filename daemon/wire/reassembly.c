/* SPDX-License-Identifier: Apache-2.0 */
/* Orders the bytes of one TCP direction. Gets segments from stream.c, gives it bytes in order. */
#include "wire/reassembly.h"

#include <assert.h>
#include <stdlib.h>

/* PIECES_MAX bounds the walk through a half's pieces. A message that is sent again is mostly the last one,
 * so that a tail of the usual message's size is enough to compare with. */
enum { PIECES_MAX = 256, TAIL_MIN = 64, TAIL_MAX = 128 };

struct piece {
    SLIST_ENTRY(piece) order;
    int64_t since;
    struct segment segment; /* its bytes are those below */
    uint8_t bytes[];
};

const size_t reassembly_piece_size = sizeof(struct piece);

void reassembly_start(struct reassembly *all)
{
    *all = (struct reassembly){ .held = 0 };
    TAILQ_INIT(&all->gaps);
}

struct half *reassembly_oldest(const struct reassembly *all)
{
    return TAILQ_FIRST(&all->gaps);
}

/* How far it is from one sequence number to another, which may stand before it. */
static int32_t distance(uint32_t from, uint32_t to)
{
    return signed32(to - from);
}

static size_t segment_length(const struct segment *segment)
{
    return segment->bytes.left + segment->missing;
}

static uint32_t segment_end(const struct segment *segment)
{
    return segment->sequence + (uint32_t)segment_length(segment);
}

/* The first n sequence numbers (or all) of a segment. */
static struct segment segment_head(const struct segment *segment, size_t n)
{
    struct segment head = *segment;
    if (n < head.bytes.left)
        head.bytes.left = n;
    if (n - head.bytes.left < head.missing)
        head.missing = n - head.bytes.left;
    return head;
}

static void segment_skip(struct segment *segment, size_t n)
{
    size_t part = n < segment->bytes.left ? n : segment->bytes.left;
    assert(n <= segment_length(segment));
    segment->sequence += (uint32_t)n;
    segment->missing -= n - part;
    if (part > 0) {
        segment->bytes.at += part;
        segment->bytes.left -= part;
    }
}

void half_start(struct half *half, uint32_t first, bool whole)
{
    assert(SLIST_EMPTY(&half->pieces));
    half->started = true;
    half->first = half->next = half->acked = first;
    half->past = whole ? REASSEMBLY_REACH : 0;
    half->tail_known = 0;
}

/* Keeps a copy of bytes given out, to compare retransmissions with. Without memory nothing is compared. */
static void remember(struct half *half, struct cursor bytes)
{
    uint32_t size = half->tail_size;
    if (bytes.left > size && size < TAIL_MAX) {
        size = size ? size : TAIL_MIN;
        while (size < bytes.left && size < TAIL_MAX)
            size *= 2;
        free(half->tail);
        half->tail = malloc(size);
        half->tail_size = half->tail ? size : 0;
        half->tail_known = 0;
    }
    if (!half->tail)
        return;
    size = half->tail_size;
    uint32_t end = half->next + (uint32_t)bytes.left;
    uint32_t n = bytes.left < size ? (uint32_t)bytes.left : size;
    const uint8_t *from = bytes.at + (bytes.left - n);
    uint32_t at = (end - n) & (size - 1);
    uint32_t before_wrap = n < size - at ? n : size - at;
    memcpy(half->tail + at, from, before_wrap);
    memcpy(half->tail, from + before_wrap, n - before_wrap);
    half->tail_known = n < size - half->tail_known ? half->tail_known + n : size;
}

static void pass(struct half *half, size_t n)
{
    half->next += (uint32_t)n;
    half->past = n < REASSEMBLY_REACH - half->past ? half->past + (uint32_t)n : REASSEMBLY_REACH;
    if (distance(half->acked, half->next) > 0)
        half->acked = half->next;
}

static void lose(struct reassembly *all, struct half *half, size_t n)
{
    if (n == 0)
        return;
    all->bytes_lost += n;
    half->lost += n;
    half->tail_known = 0;
    pass(half, n);
}

static void give(struct reassembly *all, struct half *half, const struct segment *segment, int64_t now)
{
    if (segment->bytes.left > 0) {
        size_t lost = half->lost;
        half->lost = 0;
        all->give(all->context, half, segment->bytes, lost, now);
        remember(half, segment->bytes);
        pass(half, segment->bytes.left);
    }
    lose(all, half, segment->missing);
}

static bool has_gap(const struct half *half)
{
    return !SLIST_EMPTY(&half->pieces) || (half->fin && distance(half->next, half->fin_at) > 0);
}

/* Where the first gap ends: at a piece, or at the FIN. */
static uint32_t gap_end(const struct half *half)
{
    const struct piece *first = SLIST_FIRST(&half->pieces);
    return first ? first->segment.sequence : half->fin_at;
}

static void stop_waiting(struct reassembly *all, struct half *half)
{
    TAILQ_REMOVE(&all->gaps, half, gaps);
    half->waiting = false;
}

static void start_waiting(struct reassembly *all, struct half *half, int64_t since)
{
    half->since = since;
    half->waiting = true;
    TAILQ_INSERT_TAIL(&all->gaps, half, gaps);
}

static struct piece *take_first(struct reassembly *all, struct half *half)
{
    struct piece *piece = SLIST_FIRST(&half->pieces);
    size_t cost = sizeof(*piece) + piece->segment.bytes.left;
    SLIST_REMOVE_HEAD(&half->pieces, order);
    half->count--;
    half->held -= cost;
    all->held -= cost;
    return piece;
}

/* Gives out the pieces that are in order now, and begins to wait for the next gap, if there is one. */
static void drain(struct reassembly *all, struct half *half, int64_t now)
{
    struct piece *piece;
    while ((piece = SLIST_FIRST(&half->pieces)) && piece->segment.sequence == half->next) {
        (void)take_first(all, half);
        give(all, half, &piece->segment, now);
        free(piece);
    }
    if (half->waiting)
        stop_waiting(all, half);
    if (has_gap(half))
        start_waiting(all, half, piece ? piece->since : now);
}

/* Counts the bytes before `to` as lost. */
static void give_up_to(struct reassembly *all, struct half *half, uint32_t to, int64_t now)
{
    lose(all, half, to - half->next);
    drain(all, half, now);
}

void half_give_up(struct reassembly *all, struct half *half, int64_t now)
{
    if (has_gap(half))
        give_up_to(all, half, gap_end(half), now);
}

static void give_up_acknowledged(struct reassembly *all, struct half *half, int64_t now)
{
    while (has_gap(half) && distance(gap_end(half), half->acked) >= 0)
        half_give_up(all, half, now);
}

/* Compares the first n bytes of a segment with those that were given out. */
static void compare_tail(struct reassembly *all, const struct half *half, const struct segment *segment,
                         size_t n)
{
    uint32_t back = half->next - segment->sequence;
    /* a keep-alive probe: one byte of anything, before the expected one */
    if (n == 1 && back == 1 && segment_length(segment) == 1)
        return;
    for (size_t i = back > half->tail_known ? back - half->tail_known : 0; i < n; i++)
        if (half->tail[(segment->sequence + i) & (half->tail_size - 1)] != segment->bytes.at[i])
            all->bytes_contradict++;
}

/* Drops what stands before the expected byte; false when nothing is left. */
static bool drop_known(struct reassembly *all, const struct half *half, struct segment *segment)
{
    int32_t ahead = distance(half->next, segment->sequence);
    if (ahead < 0) {
        size_t back = half->next - segment->sequence;
        size_t n = back < segment->bytes.left ? back : segment->bytes.left;
        compare_tail(all, half, segment, n);
        /* sent before the place where we came in: bytes that nobody is told of (but a keep-alive probe) */
        if (back > half->past && segment_length(segment) > 1)
            all->bytes_lost += back - half->past < n ? back - half->past : n;
        size_t length = segment_length(segment);
        segment_skip(segment, back < length ? back : length);
    }
    return segment_length(segment) > 0;
}

/* Drops what an early piece has; the piece holds the segment's first byte. */
static void drop_held(struct reassembly *all, const struct piece *piece, struct segment *segment)
{
    size_t skipped = segment->sequence - piece->segment.sequence;
    size_t common = segment_end(&piece->segment) - segment->sequence;
    if (common > segment_length(segment))
        common = segment_length(segment);
    for (size_t i = 0; i < common; i++)
        if (i < segment->bytes.left && skipped + i < piece->segment.bytes.left &&
            piece->bytes[skipped + i] != segment->bytes.at[i])
            all->bytes_contradict++;
    segment_skip(segment, common);
}

/* Keeps a part of a segment that came too early, behind a piece or (NULL) as the first. False when memory is out. */
static bool keep(struct reassembly *all, struct half *half, struct piece *before, const struct segment *part,
                 int64_t now)
{
    struct piece *piece = malloc(sizeof(*piece) + part->bytes.left);
    if (!piece)
        return false;
    *piece = (struct piece){ .since = now, .segment = *part };
    if (part->bytes.left > 0)
        memcpy(piece->bytes, part->bytes.at, part->bytes.left);
    piece->segment.bytes.at = piece->bytes;
    if (before)
        SLIST_INSERT_AFTER(before, piece, order);
    else
        SLIST_INSERT_HEAD(&half->pieces, piece, order);
    half->count++;
    half->held += sizeof(*piece) + part->bytes.left;
    all->held += sizeof(*piece) + part->bytes.left;
    if (!half->waiting)
        start_waiting(all, half, now);
    return true;
}

bool half_take(struct reassembly *all, struct half *half, struct segment *segment, int64_t now)
{
    while (drop_known(all, half, segment)) {
        struct piece *before = NULL, *behind = SLIST_FIRST(&half->pieces);
        while (behind && distance(segment_end(&behind->segment), segment->sequence) >= 0) {
            before = behind;
            behind = SLIST_NEXT(behind, order);
        }
        if (behind && distance(behind->segment.sequence, segment->sequence) >= 0) {
            drop_held(all, behind, segment);
            continue;
        }
        struct segment part = *segment;
        if (behind)
            part = segment_head(segment, behind->segment.sequence - segment->sequence);
        segment->fresh = true;
        if (part.sequence == half->next) {
            give(all, half, &part, now);
            drain(all, half, now);
        } else {
            size_t cost = sizeof(struct piece) + part.bytes.left;
            bool room = half->count < PIECES_MAX && cost <= all->half_limit - half->held;
            if (room && !TAILQ_EMPTY(&all->gaps) && cost > all->total_limit - all->held)
                return false;
            if (!room || cost > all->total_limit - all->held || !keep(all, half, before, &part, now)) {
                give_up_to(all, half, !before ? part.sequence : gap_end(half), now);
                continue;
            }
        }
        segment_skip(segment, segment_length(&part));
    }
    give_up_acknowledged(all, half, now);
    return true;
}

bool half_fin(struct reassembly *all, struct half *half, uint32_t at, int64_t now)
{
    int32_t ahead = distance(half->next, at);
    if (!half->started || half->fin || ahead > REASSEMBLY_REACH || ahead < -REASSEMBLY_REACH)
        return false;
    half->fin = true;
    half->fin_at = at;
    if (has_gap(half) && !half->waiting)
        start_waiting(all, half, now);
    give_up_acknowledged(all, half, now);
    return true;
}

bool half_ended(const struct half *half)
{
    return half->fin && distance(half->fin_at, half->next) >= 0;
}

void half_acknowledge(struct reassembly *all, struct half *half, uint32_t acknowledgement, int64_t now)
{
    int32_t ahead = distance(half->acked, acknowledgement);
    if (!half->started || ahead <= 0 || ahead > REASSEMBLY_REACH)
        return;
    half->acked = acknowledgement;
    give_up_acknowledged(all, half, now);
}

size_t half_unseen(const struct half *half)
{
    int32_t ahead = half->started ? distance(half->next, half->acked) : 0;
    if (half->fin && distance(half->fin_at, half->acked) > 0)
        ahead--;
    return ahead > 0 ? (size_t)ahead : 0;
}

void half_clear(struct reassembly *all, struct half *half)
{
    if (half->waiting)
        stop_waiting(all, half);
    while (!SLIST_EMPTY(&half->pieces))
        free(take_first(all, half));
    free(half->tail);
    half->tail = NULL;
    half->tail_size = half->tail_known = 0;
}
