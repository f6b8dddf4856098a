# ends a subscription without a goal by SIGTERM, with 0
natsctl sub 'log.>' --raw --ready-file ready --quiet >log.txt &
listener=$!
until [ -s ready ]; do kill -0 $listener; sleep 0.05; done
natsctl pub log.a line --quiet
until [ -s log.txt ]; do kill -0 $listener; sleep 0.05; done
kill $listener
wait $listener
test "$(cat log.txt)" = line
