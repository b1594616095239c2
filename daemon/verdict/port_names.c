/* SPDX-License-Identifier: Apache-2.0 */
/* What Traccar calls the protocols of its default ports, for those that are not recognised here. Asked by ports. */
#include "verdict/ports.h"

/* From PORTS_FIRST to PORTS_LAST, each with a blank behind it. "-": no protocol has the port. */
static const char names[] =
    "gps103 tk103 gl100 gl200 t55 xexun totem enfora meiligao trv suntech progress h02 jt600 jt808 "
    "v680 pt502 tr20 navis meitrack skypatrol gt02 gt06 megastek navigil gpsgate teltonika mta6 tzone "
    "tlt2h taip wondex cellocator galileo ywt tk102 intellitrac gpsmta wialon carscop apel manpower "
    "globalsat atrack pt3000 ruptela topflytech laipac aplicom gotop sanav gator noran m2m osmand "
    "easytrack gpsmarker khd piligrim stl060 cartrack minifinder haicom eelink box freedom telic "
    "trackbox visiontek orion riti ulbotech tramigo tr900 ardi01 xt013 autofon gosafe tt8850 bce "
    "xirgo calamp mtx tytan avl301 castel mxt cityeasy aquila flextrack blackkite adm watch t800x "
    "upro auro disha thinkrace pathaway arnavi nvs kenji astra homtecs fox gnx arknav supermate "
    "appello idpl huasheng l100 granit carcell obddongle hunterpro raveon cradlepoint arknavx8 "
    "autograde oigo jpkorjar cguard fifotrack smokey extremtrac trakmate at2000 maestro ais gt30 tmg "
    "pretrace pricol siwi starlink dmt xt2400 dmthttp alematics gps056 flexcomm vt200 owntracks vtfms "
    "tlv esky genx flespi dway recoda oko ivt401 sigfox t57 spot m2c austinnb opengts cautela "
    "continental egts robotrack pt60 telemax sabertek retranslator svias eseal freematics avema "
    "autotrack tek wristband - milesmate anytrek smartsole its xrb28 c2stek nyitech neos satsol "
    "globalstar sanul minifinder2 radar techtlt starcom mictrack plugin leafspy naviset racedynamics "
    "rst pt215 pacifictrack topin outsafe solarpowered motor omnicomm s168 vnet blue pst dingtek wli "
    "niot portman moovbox futureway polte net mobilogix swiftech iotm dolphin ennfu maxpb startek "
    "gs100 mavlink2 uux r12w flexiblereport thinkpower stb b2316 hoopo dualcam xexun2 techtocruz "
    "flexapi dsf22 jido armoli teratrack envotech bstpl thuraya ndtpv6 g1rus rftrack vlt transync "
    "t622iridium pui nto ramac positrex dragino fleetguide valtrack snapper gl601 hyn600 jmak bws "
    "ttnhttp smartcar jt1078 xexun3 radshid r16h jimiphoto ";

bool ports_usual_name(uint16_t port, struct cursor *name)
{
    struct cursor rest = cursor_of(names, sizeof(names) - 1);
    if (port < PORTS_FIRST || port > PORTS_LAST)
        return false;
    for (unsigned at = PORTS_FIRST; at <= port; at++) {
        if (!cursor_until(&rest, ' ', name))
            return false;
    }
    return !cursor_is(*name, "-");
}
