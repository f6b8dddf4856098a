# waits for the message that a program is to send, and ends at the first that matches
natsctl sub 'events.>' --expect-json 'type="done"' --ready-file ready --quiet >seen.txt &
listener=$!
until [ -s ready ]; do kill -0 $listener; sleep 0.05; done
natsctl pub events.a '{"type":"started"}' --quiet
natsctl pub events.a '{"type":"done"}' --quiet
wait $listener
grep -q started seen.txt
grep -q done seen.txt
