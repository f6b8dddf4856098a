# ends with 130 or 143 where a signal comes before the goal, and with 0 where there is none
for way in 'INT 130 --count 1' 'TERM 143 --count 1' 'INT 0' 'TERM 0'; do
  set -- $way
  signal=$1 expected=$2
  shift 2
  natsctl reply never x --quiet --ready-file ready "$@" &
  service=$!
  until [ -s ready ]; do kill -0 $service; sleep 0.05; done
  kill -"$signal" $service
  status=0
  wait $service || status=$?
  test "$status" -eq "$expected"
  test ! -e ready
done
