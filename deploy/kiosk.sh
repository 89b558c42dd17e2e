#!/bin/sh
# Chromium over the whole screen, for a kiosk or a screen in the hall. Started by giliran-kiosk.service, or by hand:
#   deploy/kiosk.sh http://192.168.1.10:8000/kiosk/waru
# The address may carry ?token=… the first time; the browser then stays paired. PAGE_URL in the environment does as well.
# PAGE_ZOOM (1): how large things are drawn; an upright kiosk is made for 1080 wide, so 0.66 on a panel of 800 x 1280, 0.71 on 768 x 1366.
# PAGE_PROFILE: where the browser keeps its cookie.
set -eu

page=${1:-${PAGE_URL:-}}
[ -n "$page" ] || { echo "usage: $0 http://SERVER:8000/kiosk/OFFICE" >&2; exit 2; }
profile=${PAGE_PROFILE:-${XDG_STATE_HOME:-$HOME/.local/state}/giliran}
server=$(printf %s "$page" | sed 's#^\([a-z]*://[^/]*\).*#\1#')
mkdir -p "$profile"

browser=
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then browser=$name; break; fi
done
[ -n "$browser" ] || { echo "no Chromium here: apt-get install chromium" >&2; exit 1; }

# On X the screen must not go dark; under cage (Wayland) it does not.
if [ -n "${DISPLAY:-}" ] && command -v xset >/dev/null; then xset s off -dpms || true; fi

stop() { kill "$running" 2>/dev/null || true; exit 0; }
trap stop INT TERM

while true; do
    # After a power cut Chromium would ask whether to bring the old page back, over ours.
    settings="$profile/Default/Preferences"
    if [ -f "$settings" ]; then
        sed -i 's/"exited_cleanly":false/"exited_cleanly":true/; s/"exit_type":"[^"]*"/"exit_type":"Normal"/' "$settings"
    fi
    # A camera on a page without https is only allowed to an origin that is named. No pinching, no swiping back, no bars.
    "$browser" --kiosk "$page" --user-data-dir="$profile" --lang=id --force-device-scale-factor="${PAGE_ZOOM:-1}" \
        --autoplay-policy=no-user-gesture-required --use-fake-ui-for-media-stream \
        --unsafely-treat-insecure-origin-as-secure="$server" \
        --no-first-run --no-default-browser-check --noerrdialogs --disable-session-crashed-bubble --disable-infobars \
        --disable-pinch --overscroll-history-navigation=0 --disable-features=Translate,TouchpadOverscrollHistoryNavigation \
        --password-store=basic --disable-component-update --disable-sync --check-for-update-interval=31536000 &
    running=$!
    wait "$running" || true
    # Whatever ended it (a crash, somebody's Alt+F4): it comes back.
    sleep "${PAGE_PAUSE:-2}"
done
