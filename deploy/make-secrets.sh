#!/bin/sh
# Generates the secrets that docker-compose.yml passes to its containers, each in a file in deploy/secrets. Existing files stay unchanged.
#
#   sh deploy/make-secrets.sh
#
# Only the owner can enter the folder. The files in it are readable by every user, because each container reads them as a different user.
set -eu
umask 022
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 700 "$folder"

# 32 random bytes in hexadecimal, so that nothing has to be escaped in an address.
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

# keep <name> <value>: writes the complete file or nothing.
keep() {
  [ -s "$folder/$1" ] && return
  printf '%s\n' "$2" > "$folder/.$1.new"
  mv "$folder/.$1.new" "$folder/$1"
  echo "made $folder/$1"
}

keep auth-secret "$(random)"
keep admin-password "$(random)"
keep metrics-token "$(random)"
keep postgres-password "$(random)"
keep redis-password "$(random)"
keep redis-auth.conf "requirepass $(cat "$folder/redis-password")"
keep database-url "postgres://parley:$(cat "$folder/postgres-password")@postgres:5432/parley"
keep redis-url "redis://:$(cat "$folder/redis-password")@redis:6379"
