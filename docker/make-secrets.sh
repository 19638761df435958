#!/bin/sh
# Make the secrets that docker-compose.yml reads, each from the system's random source. What is there already stays.
set -eu
cd "$(dirname "$0")/.."
umask 077
mkdir -p secrets
random() { LC_ALL=C tr -dc 'A-Za-z0-9' </dev/urandom | head -c 40; }
keep() { [ -s "secrets/$1" ] || printf '%s' "$2" >"secrets/$1"; }
for name in owner_password app_password redis_password; do keep "$name" "$(random)"; done
keep database_url "postgresql://perennial:$(cat secrets/app_password)@postgres:5432/perennial"
keep database_owner_url "postgresql://perennial_owner:$(cat secrets/owner_password)@postgres:5432/perennial"
keep redis_url "redis://:$(cat secrets/redis_password)@redis:6379"
# Containers read them as users of their own.
chmod 0755 secrets
chmod 0444 secrets/*
echo "secrets are in $(pwd)/secrets; keep that folder from others on this machine"
