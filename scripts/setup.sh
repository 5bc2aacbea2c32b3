#!/usr/bin/env bash
# Brings a Debian or Ubuntu machine to where Slipway runs. Safe to run twice; does only what is missing; says what it does.
# Usage: setup.sh node | all | test (what the tests need besides: a browser)
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '» %s\n' "$*"; }

# Runs a command quietly; a line every five seconds shows that it lives, and its words are shown if it fails.
quietly() {
  local log status=0 pid seconds=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    seconds=$((seconds + 1))
    [ $((seconds % 25)) -ne 0 ] || printf '  … %s s\n' $((seconds / 5))
  done
  wait "$pid" || status=$?
  [ "$status" -eq 0 ] || tail -n 20 "$log" >&2
  rm -f "$log"
  return "$status"
}
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

have() { command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ]; }

install_packages() {
  local missing=() program browser=${1:-}
  have docker && have dockerd || missing+=(docker.io)
  for program in git mmdebstrap zstd; do have "$program" || missing+=("$program"); done
  # What snap and Google install counts as well: the same names are looked for by packages/smoke/src/browser/find-chromium.ts.
  [ "$browser" != browser ] || have chromium || have chromium-browser || have google-chrome || missing+=(chromium)
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
  [ "${#missing[@]}" -eq 0 ] && return
  say "installing Debian packages: ${missing[*]}"
  command -v apt-get >/dev/null || { echo "Install by hand: ${missing[*]}" >&2; exit 1; }
  # A cluster of Debian's own would only take the port.
  as_root mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${missing[@]}"
  # From Debian 13 on the client is a package of its own, which docker.io does no more than recommend.
  have docker || quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq docker-cli
}

start_docker() {
  docker info >/dev/null 2>&1 && return
  say 'starting Docker Engine'
  local log='journalctl -u docker' pid='' second
  if [ -d /run/systemd/system ]; then
    as_root systemctl start docker
  else
    mkdir -p .slipway
    log=.slipway/dockerd.log
    # It writes the number of its own process there; ours is that of the shell around it.
    as_root rm -f .slipway/dockerd.pid
    as_root setsid nohup dockerd --pidfile "$PWD/.slipway/dockerd.pid" >"$log" 2>&1 </dev/null &
    pid=$!
  fi
  for second in $(seq 60); do
    docker info >/dev/null 2>&1 && return
    if [ -n "$pid" ] && ! kill -0 "$pid" 2>/dev/null; then
      tail -n 5 "$log" >&2
      echo "Docker Engine ended by itself. Its log: $log" >&2
      exit 1
    fi
    sleep 1
    [ $((second % 5)) -ne 0 ] || printf '  … %s s\n' "$second"
  done
  echo "Docker Engine does not answer to $(id -un) after 60 s. Its log: $log; Slipway needs root." >&2
  exit 1
}

install_modules() {
  command -v npm >/dev/null || { echo 'npm is missing: install Node.js 20 or newer once; Slipway brings Node 24 itself.' >&2; exit 1; }
  local stamp=node_modules/.slipway-stamp want
  want=$(sha256sum package-lock.json package.json packages/*/package.json | sha256sum)
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && [ -x node_modules/node/bin/node ] && return
  say 'installing npm modules'
  # Not `npm ci`: it insists on every platform's optional packages, which not every registry has.
  quietly npm install --no-audit --no-fund --no-save --loglevel=error
  [ -x node_modules/node/bin/node ] || quietly npm rebuild node --loglevel=error
  # The node package is fetched by a script of its own, which this npm may hold back until it is allowed.
  [ -x node_modules/node/bin/node ] || (cd node_modules/node && node installArchSpecificPackage >/dev/null)
  echo "$want" >"$stamp"
}

# The dashboard, when anything that it is made of is newer than what was made.
build_dashboard() {
  local made=packages/web/dist/index.html
  [ -f "$made" ] && [ -z "$(find packages/web packages/contracts/src package-lock.json -name node_modules -prune -o -name dist -prune -o -type f -newer "$made" -print -quit)" ] && return
  say 'building the dashboard'
  (export PATH="$PWD/node_modules/.bin:$PATH" && cd packages/web && quietly vite build --logLevel warn)
}

install_modules
build_dashboard
[ "${1:-all}" = node ] && exit 0
if [ "${1:-all}" = test ]; then install_packages browser; else install_packages; fi
start_docker
export PATH="$PWD/node_modules/.bin:$PATH"
# Without a folder of its own this would make the user's; nothing is kept in it.
SLIPWAY_DATA="$PWD/.slipway/setup" node packages/server/src/main.ts image-build | node scripts/show-progress.ts
rm -rf .slipway/setup
