#!/bin/sh
# A registry, somebody who registers by hand, and a service that natsctl registers.
set -eu

trap 'kill $registry $greeter 2>/dev/null || true; wait' EXIT
registry='' greeter=''

echo '# two workers, which know the same'
natsctl serve registry --workers 2 --log off &
registry=$!

echo '# a service of any kind registers, and would do so again each 20 s'
natsctl request service.register '{"name":"mail","endpoints":["mail.send"],"ttl":60}' --wait 10s

echo '# who is there?'
natsctl request service.lookup mail

echo '# one that natsctl serves registers by itself'
natsctl serve greeter --register --log off &
greeter=$!
natsctl request greeter.greet World --wait 10s
natsctl request service.lookup greeter --expect-match '"name":"greeter"' | grep -o '"endpoints":\[[^]]*\]'

echo '# ... and is gone before it ends'
kill "$greeter" && wait "$greeter"
natsctl request service.lookup greeter

echo '# who registered by hand says goodbye by hand, or is forgotten after its ttl'
natsctl request service.deregister '{"name":"mail"}'
natsctl request service.list ''
