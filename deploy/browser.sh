#!/usr/bin/env bash
# Chromium and a font with Chinese characters, for the tests of the pages (tests/browser). A running
# agent needs neither. Safe to repeat.
set -euo pipefail
cd "$(dirname "$0")/.."
missing=
command -v chromium >/dev/null || missing="chromium"
[ -e /usr/share/fonts/truetype/wqy/wqy-zenhei.ttc ] || missing="$missing fonts-wqy-zenhei"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
  echo "[setup] tests of the pages are skipped without a browser. To have it:
    sudo apt-get install --no-install-recommends $missing"
  exit 0
fi
printf '[setup] system packages: %s\n' "$missing"
mkdir -p var; log=var/setup-apt.log
{ apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -y install --no-install-recommends $missing; } >"$log" 2>&1 \
  || { tail -5 "$log" >&2; echo "[setup] apt-get could not install: $missing (log: $log)" >&2; exit 1; }
