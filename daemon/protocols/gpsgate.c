/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gpsgate: GpsGate (Franson) clients and trackers set to its protocol. NMEA-like text over TCP, ended by NUL or a line end.
 *
 *   $FRLIN,<domain>,<id>,<password>*hh      login, answered $FRSES,embedded*hh
 *   $FRVER,<major>,<minor>,<name>*hh        answered with the server's
 *   $GPRMC,…*hh                             position of the device that has logged in
 *   $FRRET, $FRVAL, $FRERR, …              more words of the same protocol, which tell no place
 *   $FRCMD,<id>,<command>,<text>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,<altitude>,<speed>,<course>,<ddmmyy>,<hhmmss>,<0|1>*hh
 */
#include "base/nmea.h"
#include "protocol/text_protocol.h"

#define SUM "\\*(?<check>[0-9A-Fa-f]{2})"
/* some clients leave it away: the words are nobody else's */
#define SUM_OR_NONE "(?:" SUM "|\\*[0-9A-Fa-f]?)?"

static const struct text_protocol text = {
    .ends = "\n",
    .nul_ends = true,
    .check = CHECK_XOR,
    .shape = { "\\$FR[A-Z]{3}," },
    .forms = {
        { "login", { "\\$(?<covered>FRLIN,[^,]*,(?<id>[^,]+),[^*]*)" SUM_OR_NONE } },
        { "information", { "\\$(?<covered>FRVER,[^*]*)" SUM_OR_NONE } },
        { "position",
          { "\\$(?<covered>GPRMC,(?<hms>\\d{6})(?:\\.\\d*)?,(?<valid>[AV]),(?<lat>\\d{4}\\.\\d+),(?<ns>[NS]),"
            "(?<lon>\\d{5}\\.\\d+),(?<ew>[EW]),[\\d.]*,[\\d.]*,(?<dmy>\\d{6})[^*]*)" SUM },
          .claim = CLAIM_LIKELY },
        /* without a sum, and without a fix: as anybody sends them */
        { "position",
          { "\\$GPRMC,(?<hms>\\d{6})(?:\\.\\d*)?,(?<valid>[AV]),(?<lat>\\d{4}\\.\\d+),(?<ns>[NS]),"
            "(?<lon>\\d{5}\\.\\d+),(?<ew>[EW]),[\\d.]*,[\\d.]*,(?<dmy>\\d{6})[^*]*" },
          .claim = CLAIM_POSSIBLE },
        { "status",
          { "\\$GPRMC,\\d{6}[.\\d]*,[AV],\\d+\\.\\d+,[NS],.*\\*[0-9A-F]{2}" },
          .claim = CLAIM_LIKELY },
        { "status", { "\\$GPRMC,.*" }, .claim = CLAIM_POSSIBLE },
        /* the receiver's other sentences, which say nothing here, and alone speak for nobody */
        { "status", { "\\$GP(?:GSA|GSV|GST|VTG|ZDA),.*\\*[0-9A-F]{2}" }, .claim = CLAIM_POSSIBLE },
        { "position",
          { "\\$(?<covered>FRCMD,(?<id>\\d+),[^,]*,[^,]*,(?<lat>\\d{3,4}\\.\\d+),(?<ns>[NS]),(?<lon>\\d{3,5}\\.\\d+),"
            "(?<ew>[EW]),-?\\d+\\.?\\d*,\\d+\\.?\\d*,(?:\\d+\\.?\\d*)?,(?<dmy>\\d{6}),(?<hms>\\d{6})(?:\\.\\d*)?,"
            "(?<valid>[01])[^*]*)" SUM_OR_NONE } },
        { "status", { "\\$FR(?!LIN|VER|CMD)[A-Z]{3},.*" }, .claim = CLAIM_LIKELY },
        { "reply", { "\\$(?<covered>FRCMD,\\d+,[^*]*)" SUM_OR_NONE } },
    },
};

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    const char *words = CURSOR_STARTS(message->bytes, "$FRLIN,")   ? "FRSES,embedded"
                        : CURSOR_STARTS(message->bytes, "$FRVER,") ? "FRVER,1,0,GpsGate Server 1.0"
                                                                   : NULL;
    size_t at;
    (void)asker;
    /* a server's own version is not answered */
    if (words && !cursor_find_text(message->bytes, "GpsGate Server", &at))
        buffer_printf(reply, "$%s*%02X\r\n", words, sum_xor(cursor_of_text(words)));
}

static const struct sample samples[] = {
    { .hex = "2446524c494e2c2c7472756b2d372c4845584841534b59502a334300",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "truk-7",
      .location = LOCATION_NONE,
      .answer = "=$FRSES,embedded*73\r\n" },
    { .text = "$FRLIN,IMEI,123456789012345,HEXHASKYP*06\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=$FRSES,embedded*73\r\n" },
    { .text = "$FRVER,1,1,Tracker*21\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "information",
      .location = LOCATION_NONE,
      .answer = "=$FRVER,1,0,GpsGate Server 1.0*01\r\n" },
    { .text = "$FRCMD,123456789012345,_SendMessage,,4730.6000,N,01905.4000,E,120.0,12.5,45.0,010226,080910,1*"
              "42\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text =
          "$FRCMD,123456789012345,_SendMessage,,3327.0000,S,07039.6000,W,520,0,,010226,080910.000,0*7E\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text =
          "$FRCMD,123456789012345,_SendMessage,,4042.6000,N,07400.6000,W,9.0,0.0,0.0,010226,080910,1*00\r\n",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "$FRCMD,123456789012345,_Ping,voltage=4*00\r\n",
      .claim = CLAIM_LIKELY,
      .type = "reply",
      .location = LOCATION_NONE },
    { .text = "$FRLIN,,Truk-7,HEXHASKYP\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "Truk-7",
      .location = LOCATION_NONE,
      .answer = "=$FRSES,embedded*73\r\n" },
    { .text =
          "$FRCMD,123456789012345,_SendMessage,,4730.6000,N,01905.4000,E,120.0,12.5,45.0,010226,080910,1\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "$FRRET,123456789012345,_Ping,*00\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { .hex = "244750524d432c3038303931302e3030302c562c2c2c2c2c2c2c3031303232362c2c2a303000",
      .claim = CLAIM_POSSIBLE,
      .type = "status",
      .location = LOCATION_NONE },
    { .hex =
          "244750524d432c3038303931302e3030302c412c343733302e363030302c4e2c30313930352e343030302c452c31322e"
          "35302c34352e30302c3031303232362c2c00",
      .claim = CLAIM_POSSIBLE,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "2447505654472c3035342e372c542c3033342e342c4d2c3030352e352c4e2c3031302e322c4b2a343800",
      .claim = CLAIM_POSSIBLE,
      .type = "status",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_gpsgate = {
    .name = "gpsgate",
    .port = 5026,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$FR"), HEAD("$GPRMC,"), HEAD("$GPGSA"), HEAD("$GPGSV"), HEAD("$GPGST"),
                   HEAD("$GPVTG"), HEAD("$GPZDA")),
    .kin = KIN("t55"), /* a bare $GPRMC sentence */
    .text = &text,
    .answer = answer,
    .samples = samples,
};
