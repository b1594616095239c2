/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Elements of an XML text by their name, wherever they stand: enough for the few protocols that send XML. Nothing is
 * copied; entities (&amp;) are left as they stand; comments and CDATA are not known; an element inside one of the same
 * name ends both.
 */
#ifndef BASE_XML_H
#define BASE_XML_H

#include "base/cursor.h"

/* The text between the tags of the first element of this name (other elements in it included), empty for <name/>;
 * false when there is none, or its end is not there. */
MUST_CHECK bool xml_text(struct cursor xml, const char *element, struct cursor *text);

/* The same, moving behind the element: for lists. */
MUST_CHECK bool xml_next(struct cursor *xml, const char *element, struct cursor *text);

/* The value of an attribute in the tag of the first element of this name, without its quotes. */
MUST_CHECK bool xml_attribute(struct cursor xml, const char *element, const char *attribute,
                              struct cursor *value);

#endif
