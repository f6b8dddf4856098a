# publishes an empty message where stdin is empty, and none where lines are asked for
natsctl sub empty --count 2 --format '[{{data}}]' --for 30s --ready-file ready --quiet >received.txt &
listener=$!
until [ -s ready ]; do kill -0 $listener; sleep 0.05; done
natsctl pub empty --lines --quiet </dev/null
natsctl pub empty --quiet </dev/null
natsctl pub empty last --quiet
wait $listener
printf '[]\n[last]\n' | cmp - received.txt
