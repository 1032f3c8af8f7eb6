#!/bin/sh
# Makes the secrets that docker-compose.yml hands to its containers, each in a file in deploy/secrets. What is there stays as it is.
#
#   sh deploy/make-secrets.sh
#
# The folder is closed to others; the files in it can be read by every user, because a container reads them as a user of its own.
set -eu
umask 022
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 700 "$folder"

# 32 random bytes in hexadecimal: nothing in it has to be escaped in an address.
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }

# keep <name> <value>: writes the file whole, or not at all.
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
