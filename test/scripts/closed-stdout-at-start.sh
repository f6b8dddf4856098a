# does its work where stdout is closed from the start
natsctl reply call.me pong --count 2 --ready-file ready --quiet &
service=$!
until [ -s ready ]; do kill -0 $service; sleep 0.05; done
natsctl request call.me ping >&-
echo ping | natsctl request call.me --lines --quiet >&-
wait $service
