# publishes what find -print0 prints
mkdir -p tree/a && touch 'tree/a/with blank' tree/b
natsctl sub files --count 2 --raw --for 30s --ready-file ready --quiet >received.txt &
listener=$!
until [ -s ready ]; do kill -0 $listener; sleep 0.05; done
find tree -type f -print0 | natsctl pub files --null --quiet
wait $listener
find tree -type f | sort >expected.txt
sort received.txt | cmp - expected.txt
