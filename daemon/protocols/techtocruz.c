/* SPDX-License-Identifier: Apache-2.0 */
/*
 * techtocruz: TechtoCruz and FLEX speed limiters (Kenya). Text without line ends, TCP, no answers.
 *
 *   $$A<n>,<id>,<yymmddhhmmss>,<A|V>,<maker>,<plate>,<speed>,<odometer>,<lat>,<N|S>,<lon>,<E|W>,<altitude>,<course>,<satellites>,
 *   <signal>,<power>,<battery>,<0|1 × 5>,…*<check>      signed degrees: the letters add nothing
 *   $$A<n>,RESPO|<code>|<id>|CRUZ,*<check>              login and replies
 *   n counts what is behind the first three bytes. Check: sum of all before the '*', modulo 256, two hex digits.
 */
#include "protocol/text_protocol.h"

enum { LONGEST = 1024, HEAD_SIZE = 3, TAIL = 3 };

#define CHECK "\\*(?<check>[0-9A-Fa-f]{2})"

static const struct text_protocol text = {
    .longest = LONGEST,
    .weak_heads = true,
    .check = CHECK_SUM_8,
    .shape = { "\\$\\$A\\d+,(?:\\d{6,17},\\d{12},|RESPO\\|)" },
    .forms = {
        { "position",
          { "(?<covered>\\$\\$A\\d+,(?<id>\\d+),(?<ymdhms>\\d{12}),(?<valid>[AV]),[^,]*,[^,]*,\\d+\\.\\d+,\\d+,(?<latd>-?\\d+\\.\\d+),[NS],"
            "(?<lond>-?\\d+\\.\\d+),[EW],-?\\d+\\.\\d+,\\d+\\.\\d+,\\d+,\\d+,\\d+\\.\\d+,\\d+\\.\\d+,[01],[01],[01],[01],[01],.*)" CHECK } },
        { "login", { "(?<covered>\\$\\$A\\d+,RESPO\\|[^|]*\\|(?<id>\\d+)\\|[^*]*)" CHECK } },
        { "status", { "(?<covered>\\$\\$A\\d+,(?<id>\\d+),\\d{12},.*)" CHECK } },
    },
};

extern const struct protocol protocol_techtocruz;

static bool has_tail(struct cursor bytes, size_t at)
{
    struct cursor tail;
    return cursor_slice(bytes, at, TAIL, &tail) && cursor_byte(tail, 0) == '*' &&
           cursor_count_hex(cursor_part(tail, 1, 2)) == 2;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct message one = *message;
    struct cursor bytes = message->bytes;
    size_t told, comma, star;
    enum framed head = frame_told(bytes, HEAD_SIZE, &told, &comma);
    if (head == FRAMED_MORE)
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (head == FRAMED_NO || told < comma || told > LONGEST)
        return CLAIM_NO;
    size_t total = told + HEAD_SIZE;
    if (bytes.left < total && !message->complete)
        return pattern_may_fit(message->patterns, &text.shape, bytes, false) ? CLAIM_MORE : CLAIM_NO;
    if (has_tail(bytes, total - TAIL))
        one.bytes.left = total;
    else if (cursor_find(bytes, '*', &star) && has_tail(bytes, star)) /* the length is wrong */
        one.bytes.left = star + TAIL;
    else if (!message->complete && bytes.left < total + TAIL)
        return CLAIM_MORE;
    one.complete = true;
    return text_match(&protocol_techtocruz, &one, length);
}

static const struct sample samples[] = {
    { .text = "$$A120,1234567890123,260201080910,A,FLEX,KAA "
              "123T,012.5,1204,47.51000,N,19.09000,E,120.4,45.140,9,28,12.1,3.7,0,1,1,1,0,*D8",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567890123",
      SAMPLE_VALID },
    { .text = "$$A118,1234567890123,260201080910,V,FLEX,KAA "
              "123T,000.0,0,-33.45000,S,-70.66000,W,520.0,0.000,0,28,12.1,3.7,0,1,0,0,0,*7B",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "1234567890123",
      SAMPLE_INVALID },
    { .text = "$$A117,1234567890123,260201080910,A,FLEX,KAA "
              "123T,000.0,0,40.71000,N,-74.01000,W,9.0,270.000,7,28,12.1,3.7,0,1,1,0,0,*91",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "1234567890123",
      SAMPLE_NORTH_WEST },
    { .text = "$$A35,RESPO|G33|1234567890123|CRUZ,*DA",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "1234567890123",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_techtocruz = {
    .name = "techtocruz",
    .port = 5234,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$$A")),
    .text = &text,
    .match = match,
    .samples = samples,
};
