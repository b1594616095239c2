/* SPDX-License-Identifier: Apache-2.0 */
/* PCRE2 and jansson. Called by command's help. */
#include "base/library.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <jansson.h>
#include <pcre2.h>
#include <stdio.h>
#include <string.h>

void library_base(char *out, size_t size)
{
    char pcre[64] = "";
    (void)pcre2_config(PCRE2_CONFIG_VERSION, pcre);
    pcre[strcspn(pcre, " ")] = '\0'; /* its date stands behind it */
    /* jansson_version_str() is younger than what old distributions ship */
    snprintf(out, size, "PCRE2 %s, jansson %s", pcre, JANSSON_VERSION);
}
