# ends with 0, and in time, where nobody reads what it prints any more
natsctl sub ticks --raw --quiet --ready-file ready 2>/dev/null | head -n 1 >first.txt &
pipe=$!
until [ -s ready ]; do sleep 0.05; done
natsctl pub ticks --count 200 --interval 10ms --quiet tick
wait $pipe
test "$(cat first.txt)" = tick
