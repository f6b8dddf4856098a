# waits for a service that is still starting, without a ready file
natsctl serve greeter --wait-server 30s --log off --quiet &
pool=$!
trap 'kill $pool; wait $pool' EXIT
natsctl request greeter.greet CI --wait 30s --expect 'Hello, CI!' >/dev/null
