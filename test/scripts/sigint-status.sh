# ends with 130 or 143 where a signal comes before the goal
natsctl sub never --count 1 --quiet --ready-file ready >/dev/null 2>&1 &
listener=$!
until [ -s ready ]; do kill -0 $listener; sleep 0.05; done
kill -TERM $listener
status=0
wait $listener || status=$?
test "$status" -eq 143
