# prints messages in the form that the script asks for
natsctl sub 'shop.*' --count 1 --format '{{subject}} {{headers.X-Id}} {{json data.id}}' --for 30s --ready-file ready --quiet >received.txt &
listener=$!
until [ -s ready ]; do kill -0 $listener; sleep 0.05; done
natsctl pub shop.order '{"id":7}' -H X-Id:abc --quiet
wait $listener
test "$(cat received.txt)" = 'shop.order abc 7'
