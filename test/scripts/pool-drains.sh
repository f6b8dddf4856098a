# ends a pool by SIGTERM, its ordinary end: what is in hand is answered, exit 0, the ready file gone
natsctl serve greeter --workers 2 --ready-file ready.json --log off --quiet &
pool=$!
until [ -s ready.json ]; do kill -0 $pool; sleep 0.05; done
seq 1 20000 | natsctl request greeter.greet --lines >replies.txt 2>told.txt &
requests=$!
until [ -s replies.txt ]; do kill -0 $requests; sleep 0.02; done
kill "$pool"
wait "$pool"
test ! -e ready.json
# Those that came after it found nobody; none was taken and not answered.
wait $requests || test $? -eq 5
if grep -q 'time-out' told.txt; then exit 1; fi
