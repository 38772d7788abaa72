#!/usr/bin/env bash
# A browser for the tests of the site: nothing to do where there is one, Debian's where this user
# may install it, otherwise one sentence.
set -eu
for name in chromium chromium-browser google-chrome google-chrome-stable; do
  command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Debian's chromium, which the tests of the site need."
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null
else
  echo "No Chromium found: the tests of the site need it (Debian: sudo apt-get install chromium)." >&2
fi
