# ends a subscription with 130 or 143 where a signal comes before the goal
for way in 'INT 130' 'TERM 143'; do
  set -- $way
  natsctl sub never --count 1 --quiet --ready-file ready >out.txt &
  listener=$!
  until [ -s ready ]; do kill -0 $listener; sleep 0.05; done
  kill -"$1" $listener
  status=0
  wait $listener || status=$?
  test "$status" -eq "$2"
done
