/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of unknown-device, disabled-device, filtered and not-decoded. Called by registration. */
#include "verdict/registration_words.h"

static void put_who(struct buffer *out, const struct registered *state, const char *device)
{
    if (device[0]) {
        buffer_printf(out, "Device %s", device);
        return;
    }
    buffer_put_text(out, "The device at ");
    wording_put_address(out, &state->who);
}

void registration_word_unknown(const struct registered *state, const char *device, const char *near,
                               struct wording *text, struct wording *advice)
{
    buffer_printf(&text->text, "Traccar has no device with the identifier %s", device);
    if (strcmp(state->ids, device) != 0)
        buffer_printf(&text->text, " (it tells these, and any of them would do: %s)", state->ids);
    buffer_printf(&text->text, ".%s", near);
    if (near[0])
        buffer_printf(
            &advice->text,
            "If that is this device, open it in Traccar and set its identifier to %s; else add one.", device);
    else
        buffer_printf(&advice->text, "In Traccar add a device with the identifier %s.", device);
}

void registration_word_disabled(const struct registered *state, const char *device, struct cursor detail,
                                struct wording *text, struct wording *advice)
{
    bool has_expired = CURSOR_STARTS(detail, "Device has expired");
    put_who(&text->text, state, device);
    buffer_put_text(&text->text, has_expired ? " has expired in Traccar, which takes nothing of it."
                                             : " is disabled in Traccar, which takes nothing of it.");
    buffer_put_text(&advice->text, has_expired
                                       ? "In Traccar open the device and set a later expiration time."
                                       : "In Traccar open the device and take the tick off Disabled.");
}

void registration_word_filtered(const struct registered *state, const char *device, struct wording *text,
                                struct wording *advice)
{
    put_who(&text->text, state, device);
    buffer_printf(&text->text, " is decoded, but Traccar drops its positions");
    if (state->filtered.by[0])
        buffer_printf(&text->text, ": filter %s", state->filtered.by);
    buffer_printf(&text->text, " (%u so far%s).", state->filtered.count,
                  state->stored ? " since the last that it stored" : ", none is stored");
    buffer_put_text(&advice->text,
                    "Look at filter.* in Traccar's conf/traccar.xml, or mend what the filter objects to.");
}

static uint16_t outside_of(const struct ports *ports, const struct protocol *protocol)
{
    uint16_t port = ports_of(ports, protocol), outside = ports_outside(ports, port);
    return outside ? outside : port;
}

void registration_word_not_decoded(const struct registered *state, const char *device,
                                   const struct ports *ports, int64_t now, struct wording *text,
                                   struct wording *advice)
{
    put_who(&text->text, state, device);
    buffer_put_text(&text->text, " sends to ");
    wording_put_port(&text->text, ports, state->who.port);
    if (state->failed.count > 0) {
        buffer_printf(&text->text, ", and its decoder fails: %s.", state->failed.text);
        if (state->verdict == VERDICT_WRONG_PORT && state->protocol)
            buffer_printf(&advice->text, "The bytes look like %s: set the server port in the device to %u.",
                          state->protocol->name, outside_of(ports, state->protocol));
        else
            buffer_put_text(&advice->text, "This model or firmware is not supported there: show the HEX and "
                                           "this error in the Traccar forum.");
        return;
    }
    buffer_printf(&text->text,
                  ", and Traccar's log has %u message%s with a location of it, but no position for ",
                  state->waiting.count, state->waiting.count == 1 ? "" : "s");
    wording_put_span(&text->text, now - state->waiting.since);
    buffer_put_u8(&text->text, '.');
    if (state->waiting.answers > 0)
        buffer_put_text(&advice->text,
                        "Traccar answers it, so that it knows the device: look for filters in its "
                        "configuration, and for errors of its database in the log.");
    else if (!device[0])
        buffer_put_text(&advice->text,
                        "It has not told its identifier on this connection: restart it, so that "
                        "it logs in.");
    else
        buffer_put_text(&advice->text, "Traccar does not answer it either: its decoder does not take these "
                                       "messages. Show the HEX in the Traccar forum.");
}
