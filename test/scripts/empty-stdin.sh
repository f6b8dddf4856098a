# publishes an empty message where stdin is empty, and none where lines are asked for
natsctl sub empty --count 1 --json --for 30s --ready-file ready --quiet >received.json &
listener=$!
until [ -s ready ]; do kill -0 $listener; sleep 0.05; done
natsctl pub empty --lines --quiet </dev/null
natsctl pub empty --quiet </dev/null
wait $listener
grep -q '"data":""' received.json
