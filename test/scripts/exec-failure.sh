# ends with 7 where a program that it ran failed
natsctl sub job.c --count 1 --for 30s --ready-file ready --quiet --exec -- false 2>/dev/null &
listener=$!
until [ -s ready ]; do kill -0 $listener; sleep 0.05; done
natsctl pub job.c x --quiet
status=0
wait $listener || status=$?
test "$status" -eq 7
