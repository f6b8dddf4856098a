# publishes numbered messages out of a template
natsctl sub numbered --count 3 --raw --for 30s --ready-file ready --quiet >received.txt &
listener=$!
until [ -s ready ]; do kill -0 $listener; sleep 0.05; done
natsctl pub numbered 'message {{Count}}' --count 3 --templates --quiet
wait $listener
printf 'message 1\nmessage 2\nmessage 3\n' | cmp - received.txt
