# checks a reply with --expect: 0 where it matches, 8 where it does not
natsctl reply greet.me 'Hello' --ready-file ready --quiet &
service=$!
trap 'kill $service; wait $service' EXIT
natsctl request greet.me '' --wait 30s --expect Hello >/dev/null
natsctl request greet.me '' --expect-match '^He' >/dev/null
status=0
natsctl request greet.me '' --expect Bye >/dev/null 2>&1 || status=$?
test "$status" -eq 8
