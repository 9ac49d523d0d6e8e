#!/usr/bin/env bash
# get_asterisk.sh [DEST]   makes Asterisk 20 or later available under DEST (default .tools/asterisk)
#
# 1. The distribution's own: /usr/sbin/asterisk where it is there, or, as root, the package
#    where apt offers version 20 or later.
# 2. Otherwise (Debian 12 and 13 have no package) the one of Debian's SUITE (forky): downloaded
#    by a private apt with its own state, checked against Debian's archive key, unpacked into
#    DEST and run on its own loader and libraries. The host's apt, dpkg and libc stay untouched
#    and root is not needed.
#
# Afterwards DEST/asterisk starts it, and DEST/installation.json says where its modules are.
# A second call does nothing. Environment: SUITE (forky), MIRROR (the one the host's apt uses),
# OWN_PREFIX=1 (skip step 1).
set -euo pipefail
umask 022

DEST=$(realpath -m "${1:-$(dirname "$0")/../../.tools/asterisk}")
SUITE=${SUITE:-forky}
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
OLDEST=20
# Needed to install the packages, never to run Asterisk.
NOT_RUN='^(perl|libperl|gnupg|gpg|gpgsm|gpg-agent|gpgconf|dirmngr|pinentry|debconf|adduser|passwd|login|libpam|base-passwd|libc-gconv|libsemanage|pci\.ids|tzdata|asterisk-core-sounds)'

say() { printf '[asterisk %3ds] %s\n' "$SECONDS" "$*"; }
fail() { printf '[asterisk] %s\n' "$*" >&2; exit 1; }
major() { sed -E 's/^Asterisk ([0-9]+:)?([0-9]+).*/\2/'; }

if [ -s "$DEST/installation.json" ] && version=$("$DEST/asterisk" -V 2>/dev/null); then
  say "$version is in $DEST"
  exit 0
fi

# finish FOLDER MODULES DATA : the description that ivr.pbx reads; written last, so that an
# interrupted run starts over
finish() {
  local version
  version=$("$1/asterisk" -V) || fail "$1/asterisk does not run"
  [ -d "$2" ] || [ -d "$1/$2" ] || fail "no modules folder $2"
  printf '{"version": "%s", "modules": "%s", "data": "%s"}\n' "${version#Asterisk }" "$2" "$3" >"$1/installation.json"
}

# --- 1. the distribution's own
host_version() { [ -x /usr/sbin/asterisk ] && /usr/sbin/asterisk -V 2>/dev/null | major; }
offered() { LC_ALL=C apt-cache policy asterisk 2>/dev/null | sed -nE 's/^ *Candidate: ([0-9]+:)?([0-9]+)\..*/\2/p'; }
use_host() {
  local modules
  modules=$(ls -d /usr/lib/*/asterisk/modules /usr/lib/asterisk/modules /usr/lib64/asterisk/modules 2>/dev/null | head -1)
  mkdir -p "$DEST"
  printf '#!/bin/sh\nexec /usr/sbin/asterisk "$@"\n' >"$DEST/asterisk"
  chmod +x "$DEST/asterisk"
  finish "$DEST" "$modules" "$([ -d /usr/share/asterisk/documentation ] && echo /usr/share/asterisk || echo /var/lib/asterisk)"
  say "$("$DEST/asterisk" -V), the distribution's own"
  exit 0
}
if [ -z "${OWN_PREFIX:-}" ]; then
  [ "$(host_version || echo 0)" -ge "$OLDEST" ] && use_host
  candidate=$(offered || true)
  if [ "$(id -u)" = 0 ] && [ "${candidate:-0}" -ge "$OLDEST" ]; then
    say "installing the distribution's package asterisk (version $candidate)"
    log=$(mktemp)
    DEBIAN_FRONTEND=noninteractive apt-get -y install --no-install-recommends asterisk >"$log" 2>&1 \
      || { tail -5 "$log" >&2; fail "apt-get could not install asterisk (log: $log)"; }
    rm -f "$log"
    # The package starts a PBX of its own on port 5060; ours runs with our configuration.
    [ -d /run/systemd/system ] && systemctl disable --now asterisk >/dev/null 2>&1 || true
    use_host
  fi
fi

# --- 2. a prefix of our own
for tool in apt-get dpkg-deb tar xargs; do
  command -v "$tool" >/dev/null || fail "$tool is missing: install Asterisk $OLDEST or later yourself and call this again"
done
[ -r "$KEYRING" ] || fail "$KEYRING is missing. Install the package debian-archive-keyring, or Asterisk $OLDEST or later, and call this again"
case $(dpkg --print-architecture) in
  amd64) TRIPLET=x86_64-linux-gnu LOADER=ld-linux-x86-64.so.2 ;;
  arm64) TRIPLET=aarch64-linux-gnu LOADER=ld-linux-aarch64.so.1 ;;
  *) fail "no recipe for $(dpkg --print-architecture): install Asterisk $OLDEST or later yourself and call this again" ;;
esac

# The mirror that this machine already uses for Debian itself, not for its security updates.
host_mirror() {
  apt-get indextargets --format '$(LABEL)|$(REPO_URI)' "Created-By: Packages" 2>/dev/null \
    | awk -F'|' '$1 == "Debian" {print $2; found = 1; exit}
                 $1 == "" && $2 ~ /\/debian\/?$/ && guess == "" {guess = $2}
                 END {if (!found && guess != "") print guess}'
}
MIRROR=${MIRROR:-$(host_mirror)}
[ -n "$MIRROR" ] || fail "this machine's apt names no Debian mirror: call this again with MIRROR=<address of one>"

PART=$DEST.part
APT=$PART/.apt
rm -rf "$PART"
mkdir -p "$APT"/state/lists/partial "$APT"/cache/archives/partial "$APT"/etc/preferences.d
trap 'rm -rf "$PART"' EXIT
: >"$APT/status"
echo "deb [signed-by=$KEYRING] $MIRROR $SUITE main" >"$APT/etc/sources.list"
{
  # how this machine reaches its mirror: proxies, address family, tolerance for its clock
  apt-config dump | grep -iE '^Acquire::(https?|ForceIPv[46]|Check-Date)\b' | grep -v '""' || true
  cat <<END
Dir::State "$APT/state"; Dir::State::status "$APT/status"; Dir::Cache "$APT/cache"; Dir::Log "$APT";
Dir::Etc "$APT/etc"; Dir::Etc::parts "/dev/null"; Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null"; Dir::Etc::trustedparts "/dev/null";
APT::Architecture "$(dpkg --print-architecture)"; APT::Install-Recommends "false"; APT::Sandbox::User "";
APT::Update::Error-Mode "any"; Acquire::AllowInsecureRepositories "false";
Acquire::Languages "none"; Acquire::Retries "3"; Acquire::Check-Valid-Until "false";
Debug::NoLocking "true"; Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
END
} >"$APT/apt.conf"
export APT_CONFIG=$APT/apt.conf

say "package lists of Debian $SUITE, checked against Debian's archive key"
apt-get -qq update >"$APT/log" 2>&1 || { tail -5 "$APT/log" >&2; fail "the lists of $SUITE could not be fetched or their signature is wrong"; }
size=$(LC_ALL=C apt-get -qq --print-uris -y install asterisk 2>/dev/null \
  | awk -v q="'" 'index($0, q) == 1 {n++; bytes += $3} END {printf "%d packages, %d MB", n, bytes / 1e6}')
say "downloading $size"
apt-get -qq -y --download-only install asterisk >"$APT/log" 2>&1 &
download=$!
while kill -0 "$download" 2>/dev/null; do
  sleep 1
  (( SECONDS % 5 )) || say "  $(du -sm "$APT/cache/archives" | cut -f1) MB"
done
wait "$download" || { tail -5 "$APT/log" >&2; fail "the download failed"; }

say "unpacking"
(
  cd "$APT/cache/archives"
  ls -- *.deb | grep -vE "$NOT_RUN" | xargs -P2 -I{} sh -c "dpkg-deb --fsys-tarfile '{}' | tar -x -C '$PART' --keep-directory-symlink --exclude=./usr/share/doc --exclude=./usr/share/man --exclude=./usr/share/locale --exclude=./usr/share/icu"
)
rm -rf "$APT"
cat >"$PART/asterisk" <<END
#!/bin/sh
# Asterisk on the loader and libraries that it was built for, whatever the host has.
here=\$(dirname "\$(realpath "\$0")")
lib=\$here/usr/lib/$TRIPLET
exec "\$lib/$LOADER" --library-path "\$lib" --argv0 asterisk "\$here/usr/sbin/asterisk" "\$@"
END
chmod +x "$PART/asterisk"
finish "$PART" "usr/lib/$TRIPLET/asterisk/modules" usr/share/asterisk
rm -rf "$DEST"
mv "$PART" "$DEST"
trap - EXIT
say "$("$DEST/asterisk" -V) in $DEST ($(du -sm "$DEST" | cut -f1) MB)"
