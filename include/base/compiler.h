/* SPDX-License-Identifier: Apache-2.0 */
/* The few compiler attributes the program uses. C17 has no standard spelling for them. */
#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))

#endif
