# ends a pool with SIGTERM, which drains it, and sees exit 0
natsctl serve greeter --ready-file ready.json --log off --quiet &
pool=$!
natsctl request greeter.greet x --wait 30s >/dev/null
kill "$pool"
status=0
wait "$pool" || status=$?
test "$status" -eq 0
test ! -e ready.json
