#!/bin/sh
# Tells how full the disk is that holds a path: a program of `natsctl serve --exec`, run once for each request.
#
#     natsctl serve --exec --subject disk.usage --name disk -- ./disk.sh
#     natsctl request disk.usage /tmp
#
# The body is on stdin, the subject in NATS_SUBJECT, a header X-Unit in NATS_HEADER_X_UNIT. What it prints is the reply.
# With an exit code that is not 0 the caller gets error 500 and the last line of stderr.
set -eu

path=$(cat)
case $path in
  /*) ;;
  *)
    printf 'not an absolute path: %s\n' "$path" >&2
    exit 1
    ;;
esac
case ${NATS_HEADER_X_UNIT:-percent} in
  percent) column=5 ;;
  kilobytes) column=3 ;;
  *)
    echo 'X-Unit is neither percent nor kilobytes' >&2
    exit 1
    ;;
esac
# Quoted, and behind --: what a request says stays one argument, and no flag.
usage=$(df -kP -- "$path")
printf '%s\n' "$usage" | awk -v column="$column" 'NR == 2 { printf "%s", $column }'
