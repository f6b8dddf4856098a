# tells a time-out from success in an if
natsctl sub slow.service --quiet --ready-file ready.json &
listener=$!
trap 'kill $listener; wait $listener' EXIT
until [ -s ready.json ]; do kill -0 $listener; sleep 0.05; done
if natsctl request slow.service x --timeout 100ms 2>/dev/null; then exit 1; else status=$?; fi
test "$status" -eq 6
