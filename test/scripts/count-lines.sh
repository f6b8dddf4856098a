# publishes the lines of a file and counts that all arrived
seq 1 1000 >numbers.txt
natsctl sub numbers --count 1000 --raw --for 30s --ready-file ready --quiet >received.txt &
listener=$!
until [ -s ready ]; do kill -0 $listener; sleep 0.05; done
natsctl pub numbers --lines --quiet <numbers.txt
wait $listener
cmp numbers.txt received.txt
