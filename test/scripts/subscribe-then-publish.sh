# subscribes, then publishes, without a sleep between
natsctl sub orders.new --count 1 --raw --for 30s --ready-file ready --quiet >received.txt &
listener=$!
until [ -s ready ]; do kill -0 $listener; sleep 0.05; done
natsctl pub orders.new '{"id":1}'
wait $listener
test "$(cat received.txt)" = '{"id":1}'
