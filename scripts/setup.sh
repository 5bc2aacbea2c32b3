#!/usr/bin/env bash
# Brings a Debian or Ubuntu machine to where Slipway runs. Safe to run twice; does only what is missing; says what it does.
# Usage: setup.sh node | all
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '» %s\n' "$*"; }
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

install_packages() {
  local missing=()
  for pair in docker:docker.io dockerd:docker.io git:git mmdebstrap:mmdebstrap zstd:zstd; do
    command -v "${pair%%:*}" >/dev/null || [ -x "/usr/sbin/${pair%%:*}" ] || missing+=("${pair##*:}")
  done
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
  [ "${#missing[@]}" -eq 0 ] && return
  say "installing Debian packages: ${missing[*]}"
  command -v apt-get >/dev/null || { echo "Install by hand: ${missing[*]}" >&2; exit 1; }
  # A cluster of Debian's own would only take the port.
  as_root mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}" >/dev/null
}

start_docker() {
  docker info >/dev/null 2>&1 && return
  say 'starting Docker Engine'
  if [ -d /run/systemd/system ]; then
    as_root systemctl start docker
  else
    mkdir -p .slipway
    as_root setsid nohup dockerd >.slipway/dockerd.log 2>&1 </dev/null &
    echo "$!" >.slipway/dockerd.pid
  fi
  for _ in $(seq 60); do docker info >/dev/null 2>&1 && return; sleep 1; done
  echo 'Docker Engine does not answer after 60 s. Its log: .slipway/dockerd.log' >&2
  exit 1
}

install_modules() {
  command -v npm >/dev/null || { echo 'npm is missing: install Node.js 20 or newer once; Slipway brings Node 24 itself.' >&2; exit 1; }
  local stamp=node_modules/.slipway-stamp want
  want=$(sha256sum package-lock.json package.json packages/*/package.json | sha256sum)
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && [ -x node_modules/node/bin/node ] && return
  say 'installing npm modules'
  npm install --no-audit --no-fund --no-save --loglevel=error >/dev/null
  [ -x node_modules/node/bin/node ] || npm rebuild node --loglevel=error >/dev/null
  # The node package is fetched by a script of its own, which this npm may hold back until it is allowed.
  [ -x node_modules/node/bin/node ] || (cd node_modules/node && node installArchSpecificPackage >/dev/null)
  echo "$want" >"$stamp"
}

install_modules
[ "${1:-all}" = node ] && exit 0
install_packages
start_docker
PATH="$PWD/node_modules/.bin:$PATH" node packages/server/src/main.ts image-build
