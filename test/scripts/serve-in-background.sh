# serves in the background, says by a file when it is ready, and is gone after the script
natsctl serve greeter --workers 2 --ready-file ready.json --log off &
pool=$!
trap 'kill $pool; wait $pool' EXIT
until [ -s ready.json ]; do kill -0 $pool; sleep 0.05; done
test "$(natsctl request greeter.greet CI)" = 'Hello, CI!'
